"""The tools: a member's choices in, what becomes of the playlist out. Nothing is changed here."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from accounts.models import Member
from playlists.editing.goals import with_keys
from playlists.editing.rebase import find_reachable_target
from playlists.errors import NotReadable, PlaylistBeingRead
from playlists.models import Playlist
from playlists.revisions.contents import Contents, Entry, get_items
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.tools import cleaning
from playlists.tools import combine as combining
from playlists.tools import order as sorting
from playlists.tools import split as splitting
from playlists.tools.cleaning import Keep
from playlists.tools.duplicates import Sameness
from playlists.tools.facts import Fact, facts_of
from playlists.tools.order import Column, SortKey
from playlists.tools.split import Part
from playlists.tools.spreading import spread
from spotweb.spotify.playlists import MAX_NAME_CHARS

# Any: what a tool's form has cleaned.
Sent = Mapping[str, Any]


class Subject:
    """A version of a playlist as the tools see it; facts are put together when the first of them asks."""

    def __init__(self, member: Member, playlist: Playlist, held: Contents) -> None:
        self.member = member
        self.playlist = playlist
        self.held = held

    @property
    def total(self) -> int:
        return self.held.total

    @cached_property
    def facts(self) -> list[Fact]:
        return _facts(self.held)


class NewList(Struct, frozen=True):
    """`left` are local files and the like, which only stand where their owner put them."""

    name: str
    uris: tuple[str, ...]
    left: int = 0


class Outcome(Struct, frozen=True, kw_only=True):
    """Either `wanted`, the list that shall be, or `new` lists beside it; `kind` and `values` say it in words.

    `stuck` are positions of what should go and cannot, `left` counts what cannot be added, `known` what is
    left out because it is there already.
    """

    kind: str
    values: Mapping[str, Any] = {}  # JSON
    wanted: Sequence[int | str] | None = None
    new: tuple[NewList, ...] = ()
    stuck: tuple[int, ...] = ()
    left: int = 0
    known: int = 0


def duplicates(subject: Subject, sent: Sent) -> Outcome:
    how, keep = Sameness(sent["how"]), Keep(sent["keep"])
    found = cleaning.duplicates(subject.facts, how=how, keep=keep)
    return _without(subject, found, kind="duplicates")


def unavailable(subject: Subject, _sent: Sent) -> Outcome:
    return _without(subject, cleaning.unavailable(subject.facts), kind="unavailable")


def sort(subject: Subject, sent: Sent) -> Outcome:
    chosen = dict.fromkeys(sent[name] for name in ("first", "second", "third") if sent.get(name))
    keys = [SortKey(Column(word.removeprefix("-")), word.startswith("-")) for word in chosen]
    return Outcome(kind="sort", wanted=sorting.sort(subject.facts, keys))


def reverse(subject: Subject, _sent: Sent) -> Outcome:
    return Outcome(kind="reverse", wanted=sorting.reverse(subject.total))


def shuffle(subject: Subject, sent: Sent) -> Outcome:
    return Outcome(kind="shuffle", wanted=sorting.shuffle(subject.total, seed=sent["seed"]))


def spread_artists(subject: Subject, sent: Sent) -> Outcome:
    seed = sent["seed"] if sent["is_mixed"] else None
    return Outcome(kind="spread", wanted=spread(subject.facts, seed=seed))


def merge(subject: Subject, sent: Sent) -> Outcome:
    """Into this list, or all of it into a new one."""
    others = [facts_of_list(subject.member, playlist_id) for playlist_id in sent["lists"]]
    how = Sameness(sent["how"]) if sent["how"] else None
    if sent["into"] == "new":
        found = combining.merge([], [subject.facts, *others], how=how, in_turns=sent["place"] == "turns")
        new = NewList(sent["name"], found.uris, found.left)
        return Outcome(kind="merge", values={"count": len(found.uris)}, new=(new,), known=found.known)
    found = combining.merge(subject.facts, others, how=how, in_turns=sent["place"] == "turns")
    return Outcome(
        kind="merge",
        values={"count": len(found.uris)},
        wanted=_put(subject.total, found.uris, place=sent["place"]),
        left=found.left,
        known=found.known,
    )


def split(subject: Subject, sent: Sent) -> Outcome:
    parts = [_new_list(subject, part, sent["others"]) for part in _parts(subject.facts, sent)]
    # Of local files alone no list can be made.
    left = sum(part.left for part in parts if not part.uris)
    return Outcome(kind="split", new=tuple(part for part in parts if part.uris), left=left)


def subtract(subject: Subject, sent: Sent) -> Outcome:
    other = facts_of_list(subject.member, sent["other"])
    held = combining.held_by(subject.facts, other, how=Sameness(sent["how"]))
    name = Playlist.objects.get(spotify_id=sent["other"]).name
    return _without(subject, cleaning.Cleaned(held), kind="subtract", values={"name": name})


def mirror(subject: Subject, sent: Sent) -> Outcome:
    """This list becomes the source without what the other one holds."""
    source = facts_of_list(subject.member, sent["source"])
    other = facts_of_list(subject.member, sent["minus"]) if sent["minus"] else []
    found = combining.minus(source, other, how=Sameness(sent["how"]))
    goal = [Entry(None, uri) for uri in found.uris]
    reachable = find_reachable_target(with_keys(subject.held.entries), with_keys(goal))
    return Outcome(
        kind="mirror",
        values={"name": Playlist.objects.get(spotify_id=sent["source"]).name},
        wanted=reachable.target,
        stuck=reachable.staying,
        left=found.left,
        known=found.known,
    )


Work = Callable[[Subject, Sent], Outcome]


def facts_of_list(member: Member, playlist_id: str) -> list[Fact]:
    """Of another playlist of the member's. Raises NotReadable, PlaylistBeingRead, PlaylistGone."""
    return _facts(contents_of(access.open_playlist(member, playlist_id)))


def contents_of(opened: OpenPlaylist) -> Contents:
    """All of it: nothing is made of the first page alone."""
    if opened.contents is None:
        raise NotReadable(opened.playlist)
    if opened.reading and not opened.contents.revision_id:
        raise PlaylistBeingRead(opened.reading)
    return opened.contents


def _facts(held: Contents) -> list[Fact]:
    adders = access.get_user_names({entry.added_by for entry in held.entries if entry.added_by})
    return facts_of(held.entries, get_items(held, range(held.total)), names=adders)


def _without(
    subject: Subject, found: cleaning.Cleaned, *, kind: str, values: Mapping[str, Any] | None = None
) -> Outcome:
    return Outcome(
        kind=kind,
        values={"count": len(found.gone), **(values or {})},
        wanted=found.rest(subject.total),
        stuck=found.stuck,
    )


def _put(total: int, uris: Sequence[str], *, place: str) -> list[int | str]:
    if place == "top":
        return [*uris, *range(total)]
    if place != "turns" or not uris:
        return [*range(total), *uris]
    # Evenly between what is there.
    together = [((at + 0.5) / total, at) for at in range(total)] if total else []
    new: list[tuple[float, int | str]] = [((at + 1) / (len(uris) + 1), uri) for at, uri in enumerate(uris)]
    return [entry for _, entry in sorted([*together, *new], key=lambda pair: pair[0])]


def _parts(facts: Sequence[Fact], sent: Sent) -> list[Part]:
    if sent["by"] == "count":
        return splitting.by_count(len(facts), size=sent["size"])
    if sent["by"] == "minutes":
        return splitting.by_minutes(facts, minutes=sent["size"])
    if sent["by"] == "artist":
        return splitting.by_artist(facts, least=sent["size"])
    return splitting.by_years(facts, span=10 if sent["by"] == "decade" else 1)


def _new_list(subject: Subject, part: Part, others: str) -> NewList:
    facts = [subject.facts[at] for at in part.positions]
    uris = tuple(fact.uri for fact in facts if fact.can_go and fact.uri)
    name = part.name or others
    room = max(MAX_NAME_CHARS - len(name) - 3, 0)
    return NewList(f"{subject.playlist.name[:room]} · {name}"[:MAX_NAME_CHARS], uris, len(facts) - len(uris))
