"""What pasted links lead to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from accounts.models import Member
from accounts.tokens import spotify_for
from spotweb.spotify import catalog, modes, playlists, profile
from spotweb.spotify.errors import Forbidden, NotFound
from spotweb.spotify.http import Client
from spotweb.spotify.links import Link, parse_link

# Each may cost a single read, of which the household has some hundred a day.
MOST_LINKS = 20
_SIGNS = ("spotify:", "://", "open.spotify.com/", "spotify.link/")

_SEVERAL: Mapping[str, Callable[[Client, Iterable[str]], tuple[Any, ...]]] = {
    "track": catalog.get_several_tracks,
    "album": catalog.get_multiple_albums,
    "artist": catalog.get_multiple_artists,
    "show": catalog.get_multiple_shows,
    "episode": catalog.get_multiple_episodes,
    "audiobook": catalog.get_multiple_audiobooks,
    "chapter": catalog.get_several_chapters,
}


def looks_like_link(text: str) -> bool:
    return any(sign in text.lower() for sign in _SIGNS)


def links_in(text: str) -> list[Link]:
    """Each once, at most MOST_LINKS. Raises LinkError for the first word that is none."""
    links = [parse_link(word) for word in text.split()]
    return list(dict.fromkeys(links))[:MOST_LINKS]


def things_at(member: Member, links: Sequence[Link]) -> list[Any]:
    """In the order of the links; null where Spotify has nothing, or shows it to nobody."""
    client = spotify_for(member)
    found: dict[Link, Any] = {}
    for kind in dict.fromkeys(link.kind for link in links):
        of_kind = [link for link in links if link.kind == kind]
        if kind in _SEVERAL:
            found |= zip(of_kind, _SEVERAL[kind](client, [link.id for link in of_kind]), strict=True)
        else:
            found |= {link: _single(client, link) for link in of_kind}
    return [found[link] for link in links]


def _single(client: Client, link: Link) -> Any:  # noqa: ANN401  # a Playlist or a User
    try:
        if link.kind == "playlist":
            return playlists.get_playlist(client, link.id)
        return profile.get_users_profile(client, link.id) if modes.is_extended() else None
    except (NotFound, Forbidden):
        return None
