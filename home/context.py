"""What Home shows: a greeting, and sections that are known without asking Spotify."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from home.first_steps import Checklist, get_checklist
from home.resumes import MAX_RESUMES, list_known_resumes, list_resumes_without_history
from library.browse.data import get_known_top_artists
from library.models import OpenedThing, SavedIndex
from library.opened_things import list_opened
from library.resume_card import ResumeCard
from library.saved import browse
from library.saved.index import Thing, find_indexes
from player import household
from spotweb.spotify.models import Artist, Track
from spotweb.spotify.profile import TimeRange

# Spotify asks for at most twenty of its things in a row before a link to all of them.
MAX_ADDED = 12
MAX_TOP = 12
MAX_OPENED = 10
TOP_RANGE: TimeRange = "medium_term"
# Until this hour it is morning, afternoon, evening.
NOON, EVENING = 12, 18
DAWN = 5


@dataclass(frozen=True)
class HomePage:
    """`top_artists` is null where nothing is known yet, `resumes` may be old while `is_pending`.

    The page asks for both afterwards.
    """

    greeting: str
    resumes: tuple[ResumeCard, ...]
    is_pending: bool
    listeners: tuple[household.Listener, ...]
    opened: tuple[OpenedThing, ...]
    added: tuple[Thing, ...]
    top_artists: tuple[Artist, ...] | None
    checklist: Checklist | None

    @property
    def empty_slots(self) -> range:
        return list_empty_slots(self.resumes) if self.is_pending else range(0)


def list_empty_slots(resumes: Sequence[ResumeCard]) -> range:
    """Return as many as there is room for beside these: what comes late must move nothing below it."""
    return range(MAX_RESUMES - len(resumes))


def get_home_page(member: Member) -> HomePage:
    top, resumes = get_known_top_artists(member, TOP_RANGE), list_known_resumes(member)
    return HomePage(
        greeting=_greet(member),
        resumes=list_resumes_without_history(member) if resumes is None else resumes,
        is_pending=resumes is None,
        listeners=household.other_listeners(member),
        opened=tuple(list_opened(member, limit=MAX_OPENED)),
        added=_list_added(member),
        top_artists=top.value.items[:MAX_TOP] if top else None,
        checklist=get_checklist(member),
    )


def _greet(member: Member) -> str:
    hour = timezone.localtime().hour
    name = {"name": member.display_name}
    if DAWN <= hour < NOON:
        return _("Good morning, %(name)s") % name
    if NOON <= hour < EVENING:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name


def _list_added(member: Member) -> tuple[Thing, ...]:
    """What was saved last and has a cover of its own; else the albums of the latest songs."""
    kinds = (SavedIndex.Kind.ALBUM, SavedIndex.Kind.SHOW, SavedIndex.Kind.AUDIOBOOK)
    indexes = find_indexes(member)
    pages = [
        browse.get_page(member, kind, limit=MAX_ADDED, saved_index=indexes[kind])
        for kind in kinds
        if kind in indexes
    ]
    rows = [row for page in pages for row in page.rows]
    rows.sort(key=lambda row: -row.added_at)
    if rows:
        return tuple(row.thing for row in rows[:MAX_ADDED])
    songs = [row.thing for row in browse.get_page(member, SavedIndex.Kind.TRACK, limit=50).rows]
    albums = (song.album for song in songs if isinstance(song, Track))
    return tuple({album.uri: album for album in albums if album}.values())[:MAX_ADDED]
