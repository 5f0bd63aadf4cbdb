"""The queue that this app keeps, as pages show it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from library.catalogue.store import get_items_by_uri
from player.managed_queue import actions
from player.managed_queue.entries import is_block, list_entries
from player.models import ManagedBlock, ManagedItem
from player.playback.items import unpack_item
from player.playback.state import PlayerState
from spotweb.spotify.links import parse_link
from spotweb.spotify.models import Image, Item, Track, UnknownItem
from spotweb.web.page_urls import build_url
from spotweb.web.rows.item_row import ItemRow, RowButton, RowMenu
from spotweb.web.texts.names import show_name
from spotweb.web.texts.time_format import format_length, format_time


@dataclass(frozen=True, kw_only=True)
class KeptBlock:
    """An album or a playlist in the queue: a row that can be opened. `item` is the key of its first song."""

    key: str
    item: int
    number: int
    name: str
    url: str
    kind: str
    images: tuple[Image, ...]
    length: str
    plays_at: str
    queued_by: str
    has_grip: bool
    songs: list[ItemRow]

    @property
    def position(self) -> int:
        """From 0, as moves count."""
        return self.number - 1


@dataclass(frozen=True)
class ManagedSection:
    """`handed_over` stands in Spotify's queue and plays before `rows`: the armed row, and what was queued in
    Spotify's own apps, in the order in which Spotify has them.
    """

    handed_over: list[ItemRow]
    has_armed: bool
    has_elsewhere: bool
    entries: list[ItemRow | KeptBlock]
    songs: int
    is_fair: bool
    note: str
    summary: str

    @property
    def length(self) -> int:
        return self.songs + self.has_armed


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
    armed_row = _make_armed_row(armed, items[armed.pk], member, prefix=prefix) if armed else None
    handed_over = _arrange_handed_over(by_hand, armed_row)
    coming = [*(row.item for row in handed_over), *(items[row.pk] for row in waiting)]
    times = _predict_starts(state, [getattr(item, "duration_ms", 0) for item in coming])[len(handed_over) :]
    rows = [
        ItemRow(
            item=items[row.pk],
            key=f"{prefix}-kept-{row.pk}",
            has_grip=not queue.is_fair,
            queued_by=_name_adder(row, member),
            plays_at=plays_at,
            menu=RowMenu("kept", str(row.pk)),
        )
        for row, plays_at in zip(waiting, times, strict=True)
    ]
    return ManagedSection(
        handed_over=handed_over,
        has_armed=armed is not None,
        has_elsewhere=len(handed_over) > bool(armed),
        entries=_make_entries(waiting, rows, prefix=prefix),
        songs=len(rows),
        is_fair=queue.is_fair,
        note=_describe_note(queue.note) if rows or armed else "",
        summary=_summarize(rows),
    )


def _make_entries(
    waiting: list[ManagedItem], rows: list[ItemRow], *, prefix: str
) -> list[ItemRow | KeptBlock]:
    made: list[ItemRow | KeptBlock] = []
    left, runs = iter(rows), Counter[int]()
    for number, entry in enumerate(list_entries(waiting), start=1):
        songs = [next(left) for _row in entry]
        block = entry[0].block
        if block and is_block(entry):
            runs[block.pk] += 1
            key = f"{prefix}-block-{block.pk}-{runs[block.pk]}"
            made.append(_make_block(block, entry[0].pk, songs, key=key, number=number))
        else:
            made.append(_number_row(songs[0], number))
    return made


def _make_block(block: ManagedBlock, item: int, songs: list[ItemRow], *, key: str, number: int) -> KeptBlock:
    link = parse_link(block.uri)
    first = songs[0].item
    cover = getattr(first, "images", ())
    return KeptBlock(
        key=key,
        item=item,
        number=number,
        name=show_name(block.name),
        url=build_url(link.kind, link.id),
        kind=_("Album") if link.kind == "album" else _("Playlist"),
        images=(Image(url=block.image_url),) if block.image_url else cover,
        length=_summarize(songs),
        plays_at=songs[0].plays_at,
        queued_by=songs[0].queued_by,
        has_grip=songs[0].has_grip,
        songs=[
            replace(_number_row(song, place), queued_by="", menu=song.menu)
            for place, song in enumerate(songs, start=1)
        ],
    )


def _number_row(row: ItemRow, number: int) -> ItemRow:
    return replace(row, number=number, checkbox=str(number - 1))


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
    )
    menu = RowMenu("handed-over", str(row.pk))
    return ItemRow(
        item=item,
        key=f"{prefix}-armed",
        queued_by=_name_adder(row, member),
        lock_words=_("will be skipped") if row.is_unwanted else _("handed to the speaker"),
        button=button,
        menu=menu,
    )


def _arrange_handed_over(by_hand: list[ItemRow], armed: ItemRow | None) -> list[ItemRow]:
    """Return what Spotify plays before our rows, as it has it; `by_hand` may still be without the armed."""
    rows = [replace(row, number=None) for row in by_hand]
    if armed is None or armed.item is None:
        return rows
    uri = armed.item.uri
    # Sent last, it stands behind all that Spotify is known to have.
    place = next((at for at, row in enumerate(rows) if row.item and row.item.uri == uri), len(rows))
    return [*rows[:place], armed, *rows[place + 1 :]]


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


def _summarize(rows: list[ItemRow]) -> str:
    count = len(rows)
    text = ngettext("%(count)s item", "%(count)s items", count)
    if all(isinstance(row.item, Track) for row in rows):
        text = ngettext("%(count)s song", "%(count)s songs", count)
    text %= {"count": count}
    length_ms = sum(getattr(row.item, "duration_ms", 0) for row in rows)
    return f"{text} · {format_length(length_ms)}" if length_ms else text


def _describe_note(note: str) -> str:
    return {
        "paused": _("Paused. The queue waits."),
        "no_device": _("No device is playing. The queue waits until the music goes on."),
        "trouble": _("Spotify isn’t answering right now. The queue waits."),
        "failed": _("The queue has stopped. Turn it off and on again."),
    }.get(note, "")
