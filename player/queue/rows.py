"""The rows of the player page: what comes next, in its groups, and what was found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from player.playback.attribution import Mark
from player.playback.context import origin_of_queue
from player.playback.controls import Controls
from player.playback.state import Live
from player.queue.up_next import up_next
from spotweb.spotify.models import Item


@dataclass(frozen=True)
class Row:
    """An item of a list, with a key that stays its own while the list moves.

    `queued_by` is a name; `context_uri` is set where playback can be begun from this row on, `place` (from 0)
    where it can be skipped to.
    """

    item: Item
    key: str
    lead: int
    queued_by: str = ""
    context_uri: str = ""
    place: int | None = None


# Any: what a template context holds.
def queue_context(live: Live, member: Member, controls: Controls) -> dict[str, Any]:
    coming, origin = up_next(live.queue), origin_of_queue(live)
    rows = rows_of(coming.items, prefix="queue")
    if not controls.skip_to_next:
        rows = [replace(row, place=place) for place, row in enumerate(rows)]
    by_hand = [
        replace(row, queued_by=_name(mark, member)) for row, mark in zip(rows, live.marks, strict=False)
    ]
    following = rows[len(by_hand) :]
    if origin and origin.uri and not controls.play:
        following = [replace(row, context_uri=origin.uri if row.item.uri else "") for row in following]
    return {
        "up_next": coming,
        "rows": rows,
        "by_hand": by_hand,
        "following": following,
        "queue_origin": origin,
    }


def rows_of(items: Iterable[Item], *, prefix: str) -> list[Row]:
    """Keys count the copies of an item, so that a row keeps its element when those before it are gone."""
    seen: Counter[str] = Counter()
    rows = []
    for lead, item in enumerate(items, start=1):
        name = item.id or "local"
        seen[name] += 1
        rows.append(Row(item=item, key=f"{prefix}-{name}-{seen[name]}", lead=lead))
    return rows


def _name(mark: Mark, member: Member) -> str:
    if mark.added_by_id == member.pk:
        return _("you")
    if mark.added_at is None:
        return _("someone in Spotify")
    return mark.added_by or _("someone who moved out")


def uris_of(rows: Sequence[Row]) -> list[str]:
    return [row.item.uri for row in rows if row.item.uri]
