"""The queue as it is shown: without repetitions, in groups, each row with what can be done from it.

Spotify mixes what members queued with the context, and repeats the context.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import Member
from library.catalogue.recordings import SAME_LENGTH_MS
from player.playback.attribution import MAX_ROWS_SHOWN, Attribution
from player.playback.context import ContextLabel, queue_context_label
from player.playback.controls import Controls
from player.playback.state import PlayerState
from player.queue.managed_section import ManagedSection, make_managed_section
from spotweb.spotify.models import Album, Episode, Item, Playlist, Queue, SpotifyObject, Track
from spotweb.web.page_urls import find_url
from spotweb.web.rows.item_row import ItemRow, RowButton, RowMenu
from spotweb.web.texts.names import show_name

MIN_REPEATED_ITEMS = 2


@dataclass(frozen=True)
class UpNext:
    """The rows of the queue, and what the line above them says."""

    items: tuple[Item, ...]
    tracks: int
    episodes: int
    duration_ms: int
    is_all_spotify_gives: bool  # as many as it ever gives: there may be more
    is_cut: bool  # the rest only repeated what is shown

    @property
    def hours(self) -> int:
        return round(self.duration_ms / 60_000) // 60

    @property
    def minutes(self) -> int:
        """The minutes beyond the hours."""
        return round(self.duration_ms / 60_000) % 60


@dataclass(frozen=True)
class QueueSection:
    """The queue of the player page: `by_hand` was queued by members or in Spotify's own apps.

    `following` comes from the context that `label` names; unless `is_label_sure`, it may be mixed with more
    that was queued in Spotify's own apps.
    """

    up_next: UpNext
    rows: list[ItemRow]
    by_hand: list[ItemRow]
    following: list[ItemRow]
    label: ContextLabel | None
    is_label_sure: bool
    managed: ManagedSection | None = None  # where this app keeps the queue
    is_borrowed: bool = False  # of the speaker that the member plays on through another account

    @property
    def length(self) -> int:
        return self.managed.length if self.managed else len(self.up_next.items)


def up_next(queue: Queue | None) -> UpNext:
    given = queue.queue if queue else ()
    items = without_repetition(queue.currently_playing, given) if queue else ()
    return UpNext(
        items=items,
        tracks=sum(not isinstance(item, Episode) for item in items),
        episodes=sum(isinstance(item, Episode) for item in items),
        duration_ms=sum(item.duration_ms for item in items),
        is_all_spotify_gives=len(given) >= MAX_ROWS_SHOWN,
        is_cut=len(items) < len(given),
    )


def without_repetition(current: Item | None, queue: tuple[Item, ...]) -> tuple[Item, ...]:
    """The queue up to where it starts over.

    Spotify loops the context even with repeat off: an album of four reads 2, 3, 4, 1, 2, … Something queued
    twice by hand stays: only a tail that goes on repeating until the end counts, and it must be long enough.
    """
    sequence = (current, *queue) if current else queue
    start = min((_tail_start(sequence, period) for period in range(1, len(sequence))), default=len(sequence))
    if current and 0 < start < len(sequence) and _is_same(sequence[start - 1], current) and start > 1:
        start -= 1  # the round begins with what plays now, in front of what was queued by hand
    return sequence[1:start] if current else sequence[:start]


def queue_section(
    state: PlayerState, member: Member, controls: Controls, *, prefix: str = "queue"
) -> QueueSection:
    """`prefix` of the keys of the rows: a page may show the queue beside the player."""
    coming = up_next(state.queue)
    label = queue_context_label(state) if state.follows_context is not False else None
    rows = number_rows(coming.items, prefix=prefix)
    by_hand_count = len(state.attributions)
    # What the context brings can be started from any of its rows.
    context_uri = label.uri or "" if label and not controls.play else ""
    # Which copy it is cannot be told: Spotify would start from the first.
    current = state.queue.currently_playing if state.queue else None
    copies = Counter(item.uri for item in (current, *coming.items) if item)
    for place, row in enumerate(rows):
        is_by_hand = place < by_hand_count
        rows[place] = replace(
            row,
            queued_by=_queued_by(state.attributions[place], member) if is_by_hand else "",
            is_queued_in_spotify=is_by_hand and _is_queued_in_spotify(state.attributions[place], member),
            menu=_queue_menu(
                row.item,
                place="" if controls.skip_to_next else str(place),
                context_uri="" if is_by_hand or (row.item and copies[row.item.uri] > 1) else context_uri,
            ),
        )
    by_hand, following = rows[:by_hand_count], rows[by_hand_count:]
    managed = make_managed_section(state, member, by_hand, prefix=prefix)
    if managed:  # its rows are numbered, and play first
        following = [
            replace(row, number=number) for number, row in enumerate(following, len(managed.entries) + 1)
        ]
    return QueueSection(
        up_next=coming,
        rows=rows,
        by_hand=by_hand,
        following=following,
        label=label,
        is_label_sure=bool(state.follows_context),
        managed=managed,
        is_borrowed=state.borrowed is not None,
    )


def number_rows(items: Iterable[Item], *, prefix: str) -> list[ItemRow]:
    """Keys count the copies of an item, so that a row keeps its element when those before it are gone."""
    copies: Counter[str] = Counter()
    rows = []
    for number, item in enumerate(items, start=1):
        name = item.id or "local"
        copies[name] += 1
        rows.append(ItemRow(item=item, key=f"{prefix}-{name}-{copies[name]}", number=number))
    return rows


def make_queue_button(
    item: Item | Album | Playlist, controls: Controls, *, form: str, target: str = "", lines: bool = False
) -> RowButton:
    """The button that queues one item, or all of an album or a playlist where it is sent as `lines`."""
    label = _("Queue all of %(name)s") if lines else _("Queue %(name)s")
    return RowButton(
        icon="list-end",
        text=_("All") if lines else _("Queue"),
        label=label % {"name": show_name(item.name)},
        form=form,
        url=find_url("player:add-lines" if lines else "player:add-to-queue"),
        name="lines" if lines else "uri",
        value=item.uri or "",
        target=target,
        reason=str(controls.add_to_queue),
    )


def _queue_menu(item: SpotifyObject | None, *, place: str, context_uri: str) -> RowMenu | None:
    if item is None or not item.uri or item.uri.startswith("spotify:local:"):
        return None
    return RowMenu("queued", f"{item.uri} {place} {context_uri}".rstrip())


def _tail_start(sequence: tuple[Item, ...], period: int) -> int:
    """Where the tail begins in which each item equals the one `period` earlier; the end without one."""
    start = len(sequence)
    while start > period and _is_same(sequence[start - 1], sequence[start - 1 - period]):
        start -= 1
    run = len(sequence) - start
    # A loop always fills the list, or starts over with what plays now.
    is_likely = len(sequence) > MAX_ROWS_SHOWN or start == period
    is_loop = run >= period * 2 or (run >= MIN_REPEATED_ITEMS and is_likely)
    return start if is_loop else len(sequence)


def _is_same(item: Item, other: Item) -> bool:
    """The same recording: Spotify may name another release of it elsewhere in the queue."""
    if item.uri is not None and item.uri == other.uri:
        return True
    is_as_long = abs(item.duration_ms - other.duration_ms) <= SAME_LENGTH_MS
    return bool(item.name) and is_as_long and (item.name, _creators(item)) == (other.name, _creators(other))


def _creators(item: Item) -> tuple[str, ...]:
    if isinstance(item, Track):
        return tuple(artist.name for artist in item.artists)
    return (item.show.name if isinstance(item, Episode) and item.show else "", str(item.duration_ms))


def _queued_by(attribution: Attribution, member: Member) -> str:
    if attribution.added_by_id == member.pk:
        return _("you")
    if _is_queued_in_spotify(attribution, member):
        return ""
    return attribution.added_by or _("a former member")


def _is_queued_in_spotify(attribution: Attribution, member: Member) -> bool:
    return attribution.added_at is None and attribution.added_by_id != member.pk
