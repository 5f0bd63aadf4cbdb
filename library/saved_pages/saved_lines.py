"""One line of a page of saved things: a row, or a cover on the shelf."""

from dataclasses import dataclass
from datetime import UTC, datetime

from library.saved.browse import Row
from library.saved.status import saving_uri
from library.saved_pages import grouping
from library.saved_pages.kinds import WORDS
from library.saved_pages.query import State
from spotweb.spotify.models import Album, Audiobook, Show, Track
from spotweb.templatetags.frame import names


@dataclass(frozen=True)
class Line:
    """`date` is when it was added, or first had where the order is by that; `first_had` where it differs."""

    item: object
    uri: str
    key: str
    group: str
    by: str = ""
    facts: str = ""
    date: datetime | None = None
    first_had: datetime | None = None


def line_of(row: Row, state: State) -> Line:
    added, first_had = _moment(row.added_at), _moment(row.first_added_at)
    is_by_first = state.sort == "first"
    differs = bool(added and first_had and first_had.date() < added.date() and not is_by_first)
    return Line(
        item=row.thing,
        uri=saving_uri(row.thing),
        key=str(row.pk),
        group=grouping.on_the_shelf(row.group) if state.view == "grid" else row.group,
        by=_by(row.thing),
        facts=_facts(row.thing),
        date=first_had if is_by_first else added,
        first_had=first_had if differs else None,
    )


def _by(thing: object) -> str:
    if isinstance(thing, Track | Album):
        return names(thing.artists)
    if isinstance(thing, Audiobook):
        return names(thing.authors)
    return (thing.publisher or "") if isinstance(thing, Show) else ""


def _facts(thing: object) -> str:
    """The last line below a cover: year and how much it holds."""
    if isinstance(thing, Album):
        songs = WORDS["track"].counted(thing.total_tracks) if thing.total_tracks else ""
        return ", ".join(part for part in ((thing.release_date or "")[:4], songs) if part)
    if isinstance(thing, Show) and thing.total_episodes:
        return WORDS["episode"].counted(thing.total_episodes)
    return ""


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
