"""One legal request for every operation of Spotify's description.

`{track}` and the like stand for an id of that kind, `{own}` for a playlist of Ada's with three items,
`{mixed}` for one of hers with all sorts of things, `{foreign}` for a stranger's, `{ada}` for her user id.
"""

import base64
from functools import cache
from typing import Any, NamedTuple

from tests.sandbox.conftest import Box

FORBIDDEN, MISSING = 403, 404
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"picture" * 40)
_TWO = "spotify:track:{track},spotify:album:{album}"
_ITEM = {"uri": "spotify:track:{track}"}
_ADD = {"uris": ["spotify:track:{track}", "spotify:episode:{episode}"]}
_MOVE = {"range_start": 0, "insert_before": 2}
_NAMED = {"name": "A new one", "description": "Made by a test"}


class Legal(NamedTuple):
    operation: str
    method: str
    path: str
    body: Any = None
    status: int = 200
    in_development: int = 0  # the status there, where it differs: the operation is lost


def _read(operation: str, path: str, *, in_development: int = 0) -> Legal:
    return Legal(operation, "GET", path, in_development=in_development)


def _saved(kind: str) -> list[Legal]:
    ids = f"ids={{{kind}}}"
    return [
        Legal(f"save-{kind}s-user", "PUT", f"/me/{kind}s?{ids}", in_development=FORBIDDEN),
        _read(f"check-users-saved-{kind}s", f"/me/{kind}s/contains?{ids}", in_development=FORBIDDEN),
        Legal(f"remove-{kind}s-user", "DELETE", f"/me/{kind}s?{ids}", in_development=FORBIDDEN),
        _read(f"get-users-saved-{kind}s", f"/me/{kind}s"),
    ]


def _command(operation: str, method: str, path: str, body: Any = None) -> Legal:
    return Legal(operation, method, path, body, status=204)


CATALOGUE = [
    _read("get-track", "/tracks/{track}"),
    _read("get-an-album", "/albums/{album}"),
    _read("get-an-albums-tracks", "/albums/{album}/tracks"),
    _read("get-an-artist", "/artists/{artist}"),
    _read("get-an-artists-albums", "/artists/{artist}/albums"),
    _read("get-a-show", "/shows/{show}"),
    _read("get-a-shows-episodes", "/shows/{show}/episodes"),
    _read("get-an-episode", "/episodes/{episode}"),
    _read("get-an-audiobook", "/audiobooks/{audiobook}"),
    _read("get-audiobook-chapters", "/audiobooks/{audiobook}/chapters"),
    _read("get-a-chapter", "/chapters/{chapter}"),
    _read("search", "/search?q=the&type=track,album,artist,playlist,show,episode,audiobook&limit=10"),
    _read("get-several-tracks", "/tracks?ids={track},{track}", in_development=FORBIDDEN),
    _read("get-multiple-albums", "/albums?ids={album}", in_development=FORBIDDEN),
    _read("get-multiple-artists", "/artists?ids={artist}", in_development=FORBIDDEN),
    _read("get-multiple-shows", "/shows?ids={show}", in_development=FORBIDDEN),
    _read("get-multiple-episodes", "/episodes?ids={episode}", in_development=FORBIDDEN),
    _read("get-multiple-audiobooks", "/audiobooks?ids={audiobook}", in_development=FORBIDDEN),
    _read("get-several-chapters", "/chapters?ids={chapter}", in_development=FORBIDDEN),
    _read("get-an-artists-top-tracks", "/artists/{artist}/top-tracks", in_development=FORBIDDEN),
    _read("get-an-artists-related-artists", "/artists/{artist}/related-artists", in_development=MISSING),
    _read("get-several-audio-features", "/audio-features?ids={track}", in_development=MISSING),
    _read("get-audio-features", "/audio-features/{track}", in_development=MISSING),
    _read("get-audio-analysis", "/audio-analysis/{track}", in_development=MISSING),
    _read("get-recommendations", "/recommendations?seed_artists={artist}", in_development=MISSING),
    _read("get-recommendation-genres", "/recommendations/available-genre-seeds", in_development=MISSING),
    _read("get-new-releases", "/browse/new-releases", in_development=FORBIDDEN),
    _read("get-featured-playlists", "/browse/featured-playlists", in_development=MISSING),
    _read("get-categories", "/browse/categories", in_development=FORBIDDEN),
    _read("get-a-category", "/browse/categories/jazz", in_development=FORBIDDEN),
    _read("get-a-categories-playlists", "/browse/categories/jazz/playlists", in_development=MISSING),
    _read("get-available-markets", "/markets", in_development=FORBIDDEN),
]
PEOPLE = [
    _read("get-current-users-profile", "/me"),
    _read("get-users-profile", "/users/{ada}", in_development=FORBIDDEN),
    _read("get-list-users-playlists", "/users/{ada}/playlists", in_development=FORBIDDEN),
    _read("get-users-top-artists-and-tracks", "/me/top/tracks?time_range=short_term"),
    _read("get-followed", "/me/following?type=artist"),
    Legal("follow-artists-users", "PUT", "/me/following?type=artist&ids={artist}", None, 204, FORBIDDEN),
    _read(
        "check-current-user-follows",
        "/me/following/contains?type=artist&ids={artist}",
        in_development=FORBIDDEN,
    ),
    Legal("unfollow-artists-users", "DELETE", "/me/following?type=artist&ids={artist}", None, 204, FORBIDDEN),
]
LIBRARY = [
    Legal("save-library-items", "PUT", f"/me/library?uris={_TWO}"),
    _read("check-library-contains", f"/me/library/contains?uris={_TWO}"),
    Legal("remove-library-items", "DELETE", f"/me/library?uris={_TWO}"),
    *(legal for kind in ("track", "album", "show", "episode", "audiobook") for legal in _saved(kind)),
]
PLAYLISTS = [
    _read("get-a-list-of-current-users-playlists", "/me/playlists?limit=50"),
    _read("get-playlist", "/playlists/{mixed}?additional_types=track,episode"),
    _read("get-playlists-items", "/playlists/{mixed}/items?additional_types=track,episode"),
    _read(
        "get-playlists-tracks",
        "/playlists/{foreign}/tracks?additional_types=episode",
        in_development=FORBIDDEN,
    ),
    _read("get-playlist-cover", "/playlists/{foreign}/images"),
    Legal("create-playlist", "POST", "/me/playlists", _NAMED, 201),
    Legal("create-playlist-for-user", "POST", "/users/{ada}/playlists", _NAMED, 201, FORBIDDEN),
    Legal("change-playlist-details", "PUT", "/playlists/{own}", {"name": "Another name"}),
    Legal("add-items-to-playlist", "POST", "/playlists/{own}/items", _ADD, 201),
    Legal("add-tracks-to-playlist", "POST", "/playlists/{own}/tracks", _ADD, 201, FORBIDDEN),
    Legal("reorder-or-replace-playlists-items", "PUT", "/playlists/{own}/items", _MOVE),
    Legal("reorder-or-replace-playlists-tracks", "PUT", "/playlists/{own}/tracks", _MOVE, 200, FORBIDDEN),
    Legal("remove-items-playlist", "DELETE", "/playlists/{own}/items", {"items": [_ITEM]}),
    Legal("remove-tracks-playlist", "DELETE", "/playlists/{own}/tracks", {"tracks": [_ITEM]}, 200, FORBIDDEN),
    Legal("upload-custom-playlist-cover", "PUT", "/playlists/{own}/images", JPEG, 202),
    Legal("follow-playlist", "PUT", "/playlists/{foreign}/followers", None, 200, FORBIDDEN),
    _read(
        "check-if-user-follows-playlist",
        "/playlists/{foreign}/followers/contains?ids={ada}",
        in_development=FORBIDDEN,
    ),
    Legal("unfollow-playlist", "DELETE", "/playlists/{foreign}/followers", None, 200, FORBIDDEN),
]
PLAYER = [
    _read("get-information-about-the-users-current-playback", "/me/player?additional_types=track,episode"),
    _read("get-the-users-currently-playing-track", "/me/player/currently-playing?additional_types=episode"),
    _read("get-a-users-available-devices", "/me/player/devices"),
    _read("get-queue", "/me/player/queue"),
    _read("get-recently-played", "/me/player/recently-played"),
    _command("transfer-a-users-playback", "PUT", "/me/player", {"device_ids": ["{device}"]}),
    _command("start-a-users-playback", "PUT", "/me/player/play", {"context_uri": "spotify:album:{album}"}),
    _command("pause-a-users-playback", "PUT", "/me/player/pause"),
    _command("skip-users-playback-to-next-track", "POST", "/me/player/next"),
    _command("skip-users-playback-to-previous-track", "POST", "/me/player/previous"),
    _command("seek-to-position-in-currently-playing-track", "PUT", "/me/player/seek?position_ms=2"),
    _command("set-repeat-mode-on-users-playback", "PUT", "/me/player/repeat?state=context"),
    _command("set-volume-for-users-playback", "PUT", "/me/player/volume?volume_percent=9"),
    _command("toggle-shuffle-for-users-playback", "PUT", "/me/player/shuffle?state=true"),
    _command("add-to-queue", "POST", "/me/player/queue?uri=spotify:track:{track}"),
]
ALL = [*CATALOGUE, *PEOPLE, *LIBRARY, *PLAYLISTS, *PLAYER]
KINDS = ("track", "album", "artist", "show", "episode", "audiobook", "chapter")


def words_for(box: Box) -> dict[str, str]:
    """What the names in curly brackets stand for, with a playlist made for the purpose."""
    tracks = [f"spotify:track:{_lasting_words(box)['track']}", *_other_tracks(box)]
    own = box.control("POST", "playlists", {"owner": "ada", "name": "For tests", "items": tracks})
    return _lasting_words(box) | {"own": own["id"]}


@cache
def _other_tracks(box: Box) -> list[str]:
    return [one["uri"] for one in box.control("GET", "catalog?type=track&limit=3")][1:]


@cache
def _lasting_words(box: Box) -> dict[str, str]:
    ids = {kind: str(box.control("GET", f"catalog?type={kind}&limit=1")[0]["id"]) for kind in KINDS}
    lists = {one["name"]: one["id"] for one in box.control("GET", "playlists")}
    return ids | {
        "mixed": lists["Ferry mixtape"],
        "foreign": lists["Sunday kitchen"],
        "ada": box.control("GET", "members")[0]["user_id"],
        "device": box.state()["devices"][1]["id"],
    }


def filled(template: Any, words: dict[str, str]) -> Any:
    if isinstance(template, str):
        for name, value in words.items():
            template = template.replace(f"{{{name}}}", value)
        return template
    if isinstance(template, list):
        return [filled(one, words) for one in template]
    if isinstance(template, dict):
        return {name: filled(value, words) for name, value in template.items()}
    return template
