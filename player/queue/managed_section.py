"""The queue that this app keeps, as pages show it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from library.catalogue.store import get_items_by_uri
from player.managed_queue import actions
from player.models import ManagedItem
from player.playback.items import unpack_item
from player.playback.state import PlayerState
from spotweb.spotify.models import Item, UnknownItem
from spotweb.web.rows import ItemRow, RowButton, RowMenu
from spotweb.web.time_format import format_length, format_time


@dataclass(frozen=True)
class ManagedSection:
    """`armed` stands in Spotify's queue; `elsewhere` was queued in Spotify's apps and plays before `rows`."""

    armed: ItemRow | None
    elsewhere: list[ItemRow]
    rows: list[ItemRow]
    is_fair: bool
    note: str
    summary: str

    @property
    def length(self) -> int:
        return len(self.rows) + bool(self.armed)


def make_managed_section(
    state: PlayerState, member: Member, by_hand: list[ItemRow], *, prefix: str
) -> ManagedSection | None:
    """Null where Spotify's own queue is all there is. `by_hand`: its rows that somebody queued."""
    if not (state.memo.managed and state.memo.managed.is_on):
        return None
    queue = actions.find_queue(member)
    if queue is None or not queue.is_on:
        return None
    armed, waiting = actions.find_armed(queue), actions.list_waiting(queue)
    items = _find_items([armed, *waiting] if armed else waiting, state)
    elsewhere = _find_elsewhere(by_hand, armed)
    handed_over = [*([items[armed.pk]] if armed else []), *(row.item for row in elsewhere)]
    coming = [*handed_over, *(items[row.pk] for row in waiting)]
    times = _predict_starts(state, [getattr(item, "duration_ms", 0) for item in coming])
    rows = [
        ItemRow(
            item=items[row.pk],
            key=f"{prefix}-kept-{row.pk}",
            number=number,
            checkbox=str(number - 1),
            has_grip=not queue.is_fair,
            queued_by=_name_adder(row, member),
            plays_at=plays_at,
            menu=RowMenu("kept", f"{row.pk} {number - 1}"),
        )
        for number, (row, plays_at) in enumerate(
            zip(waiting, times[len(handed_over) :], strict=True), start=1
        )
    ]
    return ManagedSection(
        armed=_make_armed_row(armed, items[armed.pk], member, prefix=prefix) if armed else None,
        elsewhere=elsewhere,
        rows=rows,
        is_fair=queue.is_fair,
        note=_describe_note(queue.note) if rows or armed else "",
        summary=_summarize([items[row.pk] for row in waiting]),
    )


def _make_armed_row(row: ManagedItem, item: Item, member: Member, *, prefix: str) -> ItemRow:
    label = _("Keep it") if row.is_unwanted else _("Skip it")
    button = RowButton(
        icon="skip-forward",
        text=label,
        label=label,
        form="bar-form",
        url=reverse("player:remove-kept"),
        name="item",
        value=str(row.pk),
        target="#bar" if prefix == "panel" else "",
    )
    menu = RowMenu("item", row.uri)
    return ItemRow(
        item=item,
        key=f"{prefix}-armed",
        queued_by=_name_adder(row, member),
        lock_words=_("will be skipped") if row.is_unwanted else _("handed to the speaker"),
        button=button,
        menu=menu,
    )


def _find_elsewhere(by_hand: list[ItemRow], armed: ManagedItem | None) -> list[ItemRow]:
    rows = [replace(row, number=None) for row in by_hand]
    place = next(
        (at for at, row in enumerate(rows) if armed and row.item and row.item.uri == armed.uri), None
    )
    return rows if place is None else [*rows[:place], *rows[place + 1 :]]


def _find_items(rows: list[ManagedItem], state: PlayerState) -> dict[int, Item]:
    """By key. What was queued as a link alone may be known by now; finding out costs no request."""
    items = {row.pk: unpack_item(row.item) for row in rows}
    missing = {row.uri for row in rows if items[row.pk] is None}
    known: dict[str | None, Item] = {}
    if missing:
        known.update(get_items_by_uri(missing))
    known |= {item.uri: item for item in (state.queue.queue if state.queue else ()) if item.uri in missing}
    return {
        row.pk: items[row.pk]
        or known.get(row.uri)
        or UnknownItem(uri=row.uri, name=row.name or row.uri, duration_ms=row.duration_ms)
        for row in rows
    }


def _predict_starts(state: PlayerState, lengths_ms: list[int]) -> list[str]:
    """When each begins if nobody touches the player; empty from the first on whose start can't be known."""
    playback, progress_ms = state.playback, state.progress_ms
    is_on = bool(playback and playback.is_playing and playback.repeat_state != "track" and not state.trouble)
    current_ms = playback.item.duration_ms if is_on and playback and playback.item else 0
    if not current_ms or progress_ms is None:
        return [""] * len(lengths_ms)
    starts, moment = [], timezone.now() + timedelta(milliseconds=current_ms - progress_ms)
    is_known = True
    for length_ms in lengths_ms:
        starts.append(format_time(moment) if is_known else "")
        is_known = is_known and bool(length_ms)
        moment += timedelta(milliseconds=length_ms)
    return starts


def _name_adder(row: ManagedItem, member: Member) -> str:
    if row.added_by_id == member.pk:
        return _("you")
    return row.added_by.display_name if row.added_by else _("a former member")


def _summarize(items: list[Item]) -> str:
    count = len(items)
    text = ngettext("%(count)s item", "%(count)s items", count) % {"count": count}
    length_ms = sum(item.duration_ms for item in items)
    return f"{text} · {format_length(length_ms)}" if length_ms else text


def _describe_note(note: str) -> str:
    return {
        "paused": _("Paused. The queue waits."),
        "no_device": _("No device is playing. The queue waits until the music goes on."),
        "trouble": _("Spotify isn’t answering right now. The queue waits."),
        "failed": _("The queue has stopped. Turn it off and on again."),
    }.get(note, "")
