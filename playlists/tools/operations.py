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
from playlists.tools import combine, duplicates, order, split
from playlists.tools.duplicates import KeptCopy, Sameness
from playlists.tools.facts import RowFacts, make_facts
from playlists.tools.order import Column, SortKey
from playlists.tools.split import ListPart
from spotweb.spotify.playlists import MAX_NAME_CHARS

# Any: what a tool's form has cleaned.
Choices = Mapping[str, Any]


class ToolSubject:
    """A revision of a playlist as the tools see it; the facts are made when a tool first asks for them."""

    def __init__(self, member: Member, playlist: Playlist, contents: Contents) -> None:
        self.member = member
        self.playlist = playlist
        self.contents = contents

    @property
    def total(self) -> int:
        return self.contents.total

    @cached_property
    def facts(self) -> list[RowFacts]:
        return _make_facts(self.contents)


class NewList(Struct, frozen=True):
    """`left` are local files and the like, which only stand where their owner put them."""

    name: str
    uris: tuple[str, ...]
    left: int = 0


class ToolOutcome(Struct, frozen=True, kw_only=True):
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


def remove_duplicates(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    how, keep = Sameness(choices["how"]), KeptCopy(choices["keep"])
    removal = duplicates.find_duplicates(subject.facts, how=how, keep=keep)
    return _make_removal(subject, removal, kind="duplicates")


def remove_unavailable(subject: ToolSubject, _choices: Choices) -> ToolOutcome:
    return _make_removal(subject, duplicates.find_unavailable(subject.facts), kind="unavailable")


def sort_rows(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    chosen = dict.fromkeys(choices[name] for name in ("first", "second", "third") if choices.get(name))
    keys = [SortKey(Column(word.removeprefix("-")), word.startswith("-")) for word in chosen]
    return ToolOutcome(kind="sort", wanted=order.sort_rows(subject.facts, keys))


def reverse_rows(subject: ToolSubject, _choices: Choices) -> ToolOutcome:
    return ToolOutcome(kind="reverse", wanted=order.reverse_rows(subject.total))


def shuffle_rows(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    return ToolOutcome(kind="shuffle", wanted=order.shuffle_rows(subject.total, seed=choices["seed"]))


def spread_artists(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    seed = choices["seed"] if choices["is_mixed"] else None
    return ToolOutcome(kind="spread", wanted=order.spread_artists(subject.facts, seed=seed))


def merge_lists(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    """Into this list, or all of it into a new one."""
    others = [get_list_facts(subject.member, playlist_id) for playlist_id in choices["lists"]]
    how = Sameness(choices["how"]) if choices["how"] else None
    if choices["into"] == "new":
        combined = combine.merge_lists(
            [], [subject.facts, *others], how=how, in_turns=choices["place"] == "turns"
        )
        new = NewList(choices["name"], combined.uris, combined.left)
        return ToolOutcome(
            kind="merge", values={"count": len(combined.uris)}, new=(new,), known=combined.known
        )
    combined = combine.merge_lists(subject.facts, others, how=how, in_turns=choices["place"] == "turns")
    return ToolOutcome(
        kind="merge",
        values={"count": len(combined.uris)},
        wanted=_insert_uris(subject.total, combined.uris, place=choices["place"]),
        left=combined.left,
        known=combined.known,
    )


def split_list(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    parts = [
        _make_new_list(subject, part, choices["others"]) for part in _split_facts(subject.facts, choices)
    ]
    # Of local files alone no list can be made.
    left = sum(part.left for part in parts if not part.uris)
    return ToolOutcome(kind="split", new=tuple(part for part in parts if part.uris), left=left)


def subtract_list(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    other = get_list_facts(subject.member, choices["other"])
    shared = combine.find_shared(subject.facts, other, how=Sameness(choices["how"]))
    name = Playlist.objects.get(spotify_id=choices["other"]).name
    return _make_removal(subject, duplicates.RowRemoval(shared), kind="subtract", values={"name": name})


def mirror_list(subject: ToolSubject, choices: Choices) -> ToolOutcome:
    """This list becomes the source without what the other one holds."""
    source = get_list_facts(subject.member, choices["source"])
    other = get_list_facts(subject.member, choices["minus"]) if choices["minus"] else []
    combined = combine.subtract_list(source, other, how=Sameness(choices["how"]))
    goal = [Entry(None, uri) for uri in combined.uris]
    reachable = find_reachable_target(with_keys(subject.contents.entries), with_keys(goal))
    return ToolOutcome(
        kind="mirror",
        values={"name": Playlist.objects.get(spotify_id=choices["source"]).name},
        wanted=reachable.target,
        stuck=reachable.staying,
        left=combined.left,
        known=combined.known,
    )


Operation = Callable[[ToolSubject, Choices], ToolOutcome]


def get_list_facts(member: Member, playlist_id: str) -> list[RowFacts]:
    """Of another playlist of the member's. Raises NotReadable, PlaylistBeingRead, PlaylistGone."""
    return _make_facts(require_contents(access.open_playlist(member, playlist_id)))


def require_contents(opened: OpenPlaylist) -> Contents:
    """All of it: nothing is made of the first page alone."""
    if opened.contents is None:
        raise NotReadable(opened.playlist)
    if opened.reading and not opened.contents.revision_id:
        raise PlaylistBeingRead(opened.reading)
    return opened.contents


def _make_facts(contents: Contents) -> list[RowFacts]:
    adders = access.get_user_names({entry.added_by for entry in contents.entries if entry.added_by})
    return make_facts(contents.entries, get_items(contents, range(contents.total)), names=adders)


def _make_removal(
    subject: ToolSubject,
    removal: duplicates.RowRemoval,
    *,
    kind: str,
    values: Mapping[str, Any] | None = None,
) -> ToolOutcome:
    return ToolOutcome(
        kind=kind,
        values={"count": len(removal.gone), **(values or {})},
        wanted=removal.list_remaining(subject.total),
        stuck=removal.stuck,
    )


def _insert_uris(total: int, uris: Sequence[str], *, place: str) -> list[int | str]:
    if place == "top":
        return [*uris, *range(total)]
    if place != "turns" or not uris:
        return [*range(total), *uris]
    # Evenly between what is there.
    together = [((at + 0.5) / total, at) for at in range(total)] if total else []
    new: list[tuple[float, int | str]] = [((at + 1) / (len(uris) + 1), uri) for at, uri in enumerate(uris)]
    return [entry for _, entry in sorted([*together, *new], key=lambda pair: pair[0])]


def _split_facts(facts: Sequence[RowFacts], choices: Choices) -> list[ListPart]:
    if choices["by"] == "count":
        return split.split_by_count(len(facts), size=choices["size"])
    if choices["by"] == "minutes":
        return split.split_by_minutes(facts, minutes=choices["size"])
    if choices["by"] == "artist":
        return split.split_by_artist(facts, least=choices["size"])
    return split.split_by_years(facts, span=10 if choices["by"] == "decade" else 1)


def _make_new_list(subject: ToolSubject, part: ListPart, others: str) -> NewList:
    facts = [subject.facts[at] for at in part.positions]
    uris = tuple(fact.uri for fact in facts if fact.can_go and fact.uri)
    name = part.name or others
    room = max(MAX_NAME_CHARS - len(name) - 3, 0)
    return NewList(f"{subject.playlist.name[:room]} · {name}"[:MAX_NAME_CHARS], uris, len(facts) - len(uris))
