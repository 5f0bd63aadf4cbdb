"""The queue that this app keeps, as pages show it."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from player.managed_queue import actions
from player.models import ManagedItem
from player.playback.state import PlayerState
from spotweb.spotify.models import Item, UnknownItem
from spotweb.web.rows import ItemRow, RowButton, RowMenu
from spotweb.web.time_format import format_length


@dataclass(frozen=True)
class ManagedSection:
    """`armed` stands in Spotify's queue; `elsewhere` was queued in Spotify's apps and plays before `rows`."""

    armed: ItemRow | None
    elsewhere: list[ItemRow]
    rows: list[ItemRow]
    is_fair: bool
    note: str
    summary: str


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
    rows = [
        ItemRow(
            item=_read_item(row),
            key=f"{prefix}-kept-{row.pk}",
            number=number,
            checkbox=str(number - 1),
            has_grip=not queue.is_fair,
            queued_by=_name_adder(row, member),
            menu=RowMenu("kept", f"{row.pk} {number - 1}"),
        )
        for number, row in enumerate(waiting, start=1)
    ]
    return ManagedSection(
        armed=_make_armed_row(armed, member, prefix=prefix) if armed else None,
        elsewhere=_find_elsewhere(by_hand, armed),
        rows=rows,
        is_fair=queue.is_fair,
        note=_describe_note(queue.note) if rows or armed else "",
        summary=_summarize(waiting),
    )


def _make_armed_row(row: ManagedItem, member: Member, *, prefix: str) -> ItemRow:
    label = _("Don’t skip it") if row.is_unwanted else _("Skip it")
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
    item = _read_item(row)
    menu = RowMenu("item", row.uri)
    return ItemRow(
        item=item,
        key=f"{prefix}-armed",
        queued_by=_name_adder(row, member),
        button=button,
        menu=menu,
    )


def _find_elsewhere(by_hand: list[ItemRow], armed: ManagedItem | None) -> list[ItemRow]:
    rows = [replace(row, number=None) for row in by_hand]
    place = next(
        (at for at, row in enumerate(rows) if armed and row.item and row.item.uri == armed.uri), None
    )
    return rows if place is None else [*rows[:place], *rows[place + 1 :]]


def _read_item(row: ManagedItem) -> Item:
    return actions.read_item(row) or UnknownItem(uri=row.uri, name=row.name or row.uri)


def _name_adder(row: ManagedItem, member: Member) -> str:
    if row.added_by_id == member.pk:
        return _("you")
    return row.added_by.display_name if row.added_by else _("a former member")


def _summarize(rows: list[ManagedItem]) -> str:
    count = len(rows)
    text = ngettext("%(count)s item", "%(count)s items", count) % {"count": count}
    length_ms = sum(row.duration_ms for row in rows)
    return f"{text} · {format_length(length_ms)}" if length_ms else text


def _describe_note(note: str) -> str:
    return {
        "paused": _("Paused. The queue waits."),
        "no_device": _("No device is playing. The queue waits until the music goes on."),
        "trouble": _("Spotify isn’t answering right now. The queue waits."),
        "failed": _("The queue has stopped. Turn it off and on again."),
    }.get(note, "")
