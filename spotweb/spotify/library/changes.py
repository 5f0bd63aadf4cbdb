"""Saving, removing and checking: tracks, albums, episodes, shows, audiobooks, artists, users, playlists.

Development mode has one path for all kinds (40 URIs a request), extended mode one for each kind (50 ids, 20
albums, one playlist). Both are asked for as many requests as it takes, one after the other; `written` of the
error says how far a write came. Saving what is saved, and removing what is not, does no harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from spotweb.spotify import modes
from spotweb.spotify.arguments import links_of
from spotweb.spotify.errors import BadResponse
from spotweb.spotify.http import Client, Json
from spotweb.spotify.links import Link
from spotweb.spotify.transport import Params
from spotweb.spotify.writes import split_chunks, write_all

Verb = Literal["save", "remove", "check"]

SAVEABLE = ("track", "album", "episode", "show", "audiobook", "artist", "user", "playlist")

_ALL_KINDS: Mapping[Verb, str] = {
    "save": "save-library-items",
    "remove": "remove-library-items",
    "check": "check-library-contains",
}
_FOLLOWING: Mapping[Verb, str] = {
    "save": "follow-artists-users",
    "remove": "unfollow-artists-users",
    "check": "check-current-user-follows",
}
_BY_KIND: Mapping[str, Mapping[Verb, str]] = {
    **{
        kind: {
            "save": f"save-{kind}s-user",
            "remove": f"remove-{kind}s-user",
            "check": f"check-users-saved-{kind}s",
        }
        for kind in ("track", "album", "episode", "show", "audiobook")
    },
    "artist": _FOLLOWING,
    "user": _FOLLOWING,
    "playlist": {
        "save": "follow-playlist",
        "remove": "unfollow-playlist",
        "check": "check-if-user-follows-playlist",
    },
}


_FLAGS: Any = tuple[bool | None, ...]  # a type form, which no annotation can say


class _Batch(Struct, frozen=True, kw_only=True):
    """One request."""

    operation: str
    links: tuple[Link, ...]
    ids: Mapping[str, str] = {}
    params: Params = {}
    json: Json = None


def save_library_items(client: Client, items: Iterable[str]) -> None:
    """Save or follow, in the order given; URIs or links of any kinds. Web API: save-library-items.

    Needs user-library-modify, for artists and users user-follow-modify, for playlists playlist-modify-public.
    """
    _write(client, "save", links_of(items, *SAVEABLE, operation=_ALL_KINDS["save"]))


def remove_library_items(client: Client, items: Iterable[str]) -> None:
    """Remove or unfollow; this is also how a playlist of one's own is deleted. Web API: remove-library-items.

    Needs the scopes of saving.
    """
    _write(client, "remove", links_of(items, *SAVEABLE, operation=_ALL_KINDS["remove"]))


def check_library_contains(client: Client, items: Iterable[str]) -> tuple[bool | None, ...]:
    """For each of the items, in their order, whether it is saved; None where Spotify's answer was odd.

    Web API: check-library-contains.

    A track that Spotify plays in another version may look unsaved. Needs user-library-read, for artists and
    users user-follow-read, for playlists playlist-read-private.
    """
    links = links_of(items, *SAVEABLE, operation=_ALL_KINDS["check"])
    flags: dict[Link, bool | None] = {}
    for batch in batches("check", links):
        answers = client.fetch(_FLAGS, batch.operation, ids=batch.ids, params=batch.params)
        if len(answers) != len(batch.links):
            message = f"{len(answers)} answers to {len(batch.links)} questions"
            raise BadResponse(message, operation=batch.operation)
        flags.update(zip(batch.links, answers, strict=True))
    return tuple(flags[link] for link in links)


def _write(client: Client, verb: Verb, links: Sequence[Link]) -> None:
    requests = batches(verb, links)

    def write(number: int) -> None:
        batch = requests[number]
        client.call(batch.operation, ids=batch.ids, params=batch.params, json=batch.json)

    write_all([batch.links for batch in requests], write, name=_uri)


def batches(verb: Verb, links: Sequence[Link]) -> list[_Batch]:
    """The requests it takes in this installation's mode; nothing is asked twice."""
    links = tuple(dict.fromkeys(links))
    if not modes.is_extended():
        operation = _ALL_KINDS[verb]
        return [
            _Batch(operation=operation, links=chunk, params={"uris": ",".join(map(_uri, chunk))})
            for chunk in split_chunks(links, modes.get_max_limit(operation))
        ]
    batched = []
    for kind in dict.fromkeys(link.kind for link in links):
        operation = _BY_KIND[kind][verb]
        of_kind = [link for link in links if link.kind == kind]
        batched += [
            _classic(operation, kind, chunk)
            for chunk in split_chunks(of_kind, modes.get_max_limit(operation))
        ]
    return batched


def _classic(operation: str, kind: str, links: tuple[Link, ...]) -> _Batch:
    ids = [link.id for link in links]
    if kind == "playlist":
        return _Batch(operation=operation, links=links, ids={"playlist_id": ids[0]})
    if operation == "save-tracks-user":  # the one that takes its ids in the body
        return _Batch(operation=operation, links=links, json={"ids": ids})
    params = {"ids": ",".join(ids)}
    if kind in {"artist", "user"}:
        params["type"] = kind
    return _Batch(operation=operation, links=links, params=params)


def _uri(link: Link) -> str:
    return link.uri
