"""The address of every page that a member can open, each with something on it."""

from typing import Any

from tests.support.sandbox_control import SandboxControl

THINGS = ("album", "artist", "track", "show", "episode", "audiobook", "chapter")
SHELVES = ("", "albums/", "podcasts/", "episodes/", "audiobooks/", "artists/")
OF_A_PLAYLIST = (
    "",
    "tools/",
    "history/",
    "details/",
    "cover/",
    "label/",
    "export/",
    "clear/",
    "unfollow/",
    "tools/sort/",
)
OF_PLAYLISTS = (
    "",
    "?view=rows",
    "new/",
    "follow/",
    "labels/",
    "removed/",
    "import/",
    "export/",
)
OTHERS = (
    "/",
    "/player/",
    "/player/?q=lemon",
    "/search/?q=la",
    "/recent/",
    "/top/",
    "/library/export/",
    "/household/",
    "/household/devices/",
    "/household/leaving/",
    "/privacy/",
)


def list_addresses(sandbox: SandboxControl, playlist: dict[str, Any]) -> list[str]:
    """`playlist`: one of the member's own."""
    first = {kind: sandbox.control("GET", f"catalog?type={kind}&limit=1")[0]["id"] for kind in THINGS}
    return [
        *OTHERS,
        *(f"/library/{name}" for name in SHELVES),
        *(f"/playlists/{name}" for name in OF_PLAYLISTS),
        *(f"/playlists/{playlist['id']}/{name}" for name in OF_A_PLAYLIST),
        *(f"/{kind}s/{thing}/" for kind, thing in first.items()),
    ]
