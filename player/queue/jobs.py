"""What takes many requests: adding links, albums and playlists to the queue, and skipping to a row of it.

The worker does it as background jobs of two kinds, one request for each item. None is ever sent twice: twice
in the queue is worse than one too few.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library import models
from library.catalogue import store
from player import commands
from player.managed_queue import actions as managed_queue
from player.managed_queue.actions import QueueFull
from player.playback import refresh
from player.playback.items import PlayableList, find_item, find_list, find_thing, is_single, make_list
from player.playback.state import load_state
from spotweb.jobs import actions
from spotweb.jobs.models import Job
from spotweb.jobs.run import Failed, Run
from spotweb.spotify import catalog, player, playlists
from spotweb.spotify.errors import DeviceGone, Forbidden, NoActiveDevice, NotFound
from spotweb.spotify.http import Client
from spotweb.spotify.links import ITEM_KINDS, Link, parse_link
from spotweb.spotify.models import Episode, Item, Page, Track
from spotweb.web.texts.names import clean_name, show_name

ADD, SKIP = "queue-add", "queue-skip"
KINDS = (ADD, SKIP)
# Of one member. Each is short, and all of them share one worker.
MAX_ACTIVE_JOBS = 5
# Spotify takes about three a second; more than an evening's worth is a playlist, and can be played as one.
MAX_ITEMS = 300
MAX_LINES = 200
# Two skips in the same instant count as one at Spotify.
SKIP_PAUSE_S = 0.35
QUEUE_FULL, ROW_GONE = "queue_full", "queue_row_gone"


class TooManyJobs(Exception):
    """This member has as many jobs under way as one may."""


class RowGone(Exception):
    """The queue has moved on, and this row is not in it any more."""


def queue_uris(
    member: Member,
    *,
    uris: Sequence[str],
    device_id: str | None = None,
    added_by: Member | None = None,
    is_next: bool = False,
) -> None:
    """Begin to add single items, albums and playlists. Raises NoActiveDevice when nothing would take it.

    Where this app keeps the queue, `is_next` puts an album or a playlist in front. Raises TooManyJobs.
    """
    by, state = added_by or member, load_state(member)
    device_id = device_id or state.device_id
    if state.is_known and device_id is None:
        raise NoActiveDevice
    payload = {"links": list(uris), "items": [], "device_id": device_id or "", "is_next": is_next}
    _start(ADD, member, started_by=by, title=_title(by, uris), payload=payload)


def play_next(member: Member, *, uri: str, device_id: str | None = None) -> None:
    """Put a song, an episode, an album or a playlist in front of the queue that this app keeps.

    Where it keeps none, Spotify takes it at the end of its own. Raises QueueFull, TooManyJobs.
    """
    if is_single(uri):
        commands.add_to_queue(member, uri=uri, device_id=device_id, is_next=True)
    else:
        queue_uris(member, uris=[uri], device_id=device_id, is_next=True)


def queue_rows(
    member: Member, rows: Sequence[tuple[str, str, int | None]], *, title: str, device_id: str | None = None
) -> None:
    """Begin to add these items, each with its name and the member who first queued it. Raises TooManyJobs."""
    device_id = device_id or load_state(member).device_id
    payload = {"links": [], "items": [list(row) for row in rows], "device_id": device_id or ""}
    _start(ADD, member, started_by=member, title=title, payload=payload, total=len(rows))


def skip_to_row(member: Member, *, place: int, uri: str) -> None:
    """Skip to this item, shown at `place` of the queue (from 0): Spotify knows only "next".

    The next item is skipped to at once, others by a job. Raises RowGone, TooManyJobs.
    """
    # As it is now: what was queued since the page was made stands in front, and each skip counts.
    queue = player.get_queue(spotify_for(member, purpose="button"))
    at = _find_place(queue.queue, uri, place=place)
    if at is None:
        refresh.request_refresh(member)
        raise RowGone
    if at == 0:
        commands.skip_to_next(member)
        return
    names = [item.name for item in queue.queue[: at + 1]]
    # What plays until then, from what plays now on.
    before = [item.uri for item in (queue.currently_playing, *queue.queue[:at]) if item]
    payload = {
        "uri": uri,
        "names": names,
        "before": before,
        "device_id": load_state(member).device_id or "",
    }
    _start(SKIP, member, started_by=member, title=names[-1], payload=payload, total=len(names))


def _find_place(rows: Sequence[Item], uri: str, *, place: int) -> int | None:
    """Of copies the one that has moved up from there, else the first that was pushed down."""
    places = [at for at, item in enumerate(rows) if item.uri == uri]
    return max((one for one in places if one <= place), default=places[0]) if places else None


def _start(
    kind: str,
    member: Member,
    *,
    started_by: Member,
    title: str,
    payload: dict[str, Any],
    total: int | None = None,
) -> None:
    if actions.get_recent(started_by, KINDS).filter(state__in=Job.ACTIVE).count() >= MAX_ACTIVE_JOBS:
        raise TooManyJobs
    actions.start(kind, member=member, started_by=started_by, title=title, payload=payload, total=total)


def _title(member: Member, uris: Sequence[str]) -> str:
    if len(uris) > 1:
        return _("%(count)d links") % {"count": len(uris)}
    thing = find_thing(member, uris[0]) if is_single(uris[0]) else find_list(member, uris[0])
    return clean_name(thing.name if thing else "") or _("one link")


# --- Skipping ---------------------------------------------------------------------------------------------


def run_skip(run: Run) -> None:
    """Skip once for each item that stands before it by now, and once more."""
    job = run.job
    names = _list_skipped(job)
    run.heartbeat(total=job.done + len(names))
    device_id = job.payload["device_id"] or None
    for number, name in enumerate(names):
        if number:
            time.sleep(SKIP_PAUSE_S)
        run.once(name, partial(commands.skip_to_next, job.member, device_id=device_id))


def _list_skipped(job: Job) -> list[str]:
    """What is skipped, by name. A song may have ended since the press, and others press keys, too."""
    queue, uri = player.get_queue(spotify_for(job.member)), job.payload["uri"]
    before = job.payload.get("before", ())
    playing = queue.currently_playing.uri if queue.currently_playing else None
    if playing == uri and uri not in before:
        return []
    place = len(job.payload["names"]) - 1 - job.done
    at = _find_place(queue.queue, uri, place=place)
    # A list that is played over and over has it again, after all its others.
    if at is None or (at > place and playing not in before):
        raise Failed(ROW_GONE)
    return [item.name for item in queue.queue[: at + 1]]


def describe_skipped(job: Job) -> str:
    return _("Skipped to “%(title)s”.") % {"title": show_name(job.title)}


# --- Adding -----------------------------------------------------------------------------------------------


def run_add(run: Run) -> None:
    """Add one item after the other, when all are known; the queue kept here takes an album as a whole."""
    job = run.job
    if job.total is None:
        _collect_items(run)
    while job.done < len(job.payload["items"]):
        block = next((one for one in job.payload.get("blocks", ()) if one["start"] == job.done), None)
        if block and managed_queue.is_on(job.member):
            _add_block(run, block)
        else:
            uri, name, *added_by = job.payload["items"][job.done]
            run.once(name or uri, partial(_add, job, uri, name, *added_by))


def can_resume_add(job: Job) -> bool:
    return job.total is None or job.done < job.total


def describe_added(job: Job) -> str:
    """Empty where nothing was found to add, or not everything was added."""
    if not job.total or job.skipped:
        return ""
    text = ngettext(
        "Added %(count)d item of “%(title)s” to the queue.",
        "Added %(count)d items of “%(title)s” to the queue.",
        job.done,
    )
    return text % {"count": job.done, "title": show_name(job.title)}


def skip_doubtful_item(job: Job) -> None:
    """Leave out what is in doubt when a job is resumed: twice in the queue is worse than one too few."""
    if job.in_doubt:
        job.done, job.skipped, job.in_doubt = job.done + 1, job.skipped + 1, ""
        job.save(update_fields=["done", "skipped", "in_doubt"])


def _add(job: Job, uri: str, name: str, added_by_pk: int | None = None) -> None:
    added_by = Member.objects.filter(pk=added_by_pk).first() if added_by_pk else None

    def add(member: Member, *, device_id: str | None) -> None:
        commands.add_to_queue(
            member, uri=uri, device_id=device_id, added_by=added_by or job.started_by, name=name
        )

    device_id = job.payload["device_id"] or None
    try:
        add(job.member, device_id=device_id)
    except QueueFull:
        raise Failed(QUEUE_FULL) from None
    except (NoActiveDevice, DeviceGone):
        if device_id is None:
            raise
        commands.run_on_device(job.member, add, device_id=device_id)


def _add_block(run: Run, block: dict[str, Any]) -> None:
    """Add an album or a playlist to the queue that this app keeps: all of it, and never twice."""
    job, end = run.job, block["start"] + block["count"]
    run.checkpoint()
    if not managed_queue.has_room(job.member, block["count"]):
        raise Failed(QUEUE_FULL)
    with run.fence(done=end, last_step=block["name"][:500], tries=0):
        managed_queue.add_block(
            job.member,
            block["uri"],
            items=[(uri, name) for uri, name in job.payload["items"][block["start"] : end]],
            name=block["name"],
            image_url=block["image_url"],
            added_by=job.started_by,
            is_next=job.payload.get("is_next", False),
        )


def _collect_items(run: Run) -> None:
    """Find out what to add before the first item is added, so that resuming later means the same items.

    The payload holds how far this is: `link` is the place of the link that is looked into, `offset` that of
    its next page, `taken` how many of its items will be added. `blocks` are the albums and playlists.
    """
    job = run.job
    payload = {"link": 0, "offset": 0, "taken": 0, "items": [], "blocks": [], **job.payload}
    payload |= {name: [*payload[name]] for name in ("items", "blocks")}
    skipped = job.skipped
    client = spotify_for(_starter(job), purpose="background")
    while payload["link"] < len(payload["links"]):
        link = parse_link(payload["links"][payload["link"]])
        is_first = not payload["offset"]
        if is_first and link.kind == "playlist":
            _begin_block(run, client, link, payload)
        listed, total, next_offset = _read_items(job, client, link, payload["offset"])
        if is_first and link.kind == "album":  # named by what was read
            _begin_block(run, client, link, payload)
        items = listed[: MAX_ITEMS - len(payload["items"])]
        payload["items"] += items
        payload["taken"] += len(items)
        if next_offset is None or len(payload["items"]) >= MAX_ITEMS:
            skipped += max(total - payload["taken"], len(listed) - len(items))
            _end_block(link, payload)
            payload |= {"link": payload["link"] + 1, "offset": 0, "taken": 0}
        else:
            payload["offset"] = next_offset
        run.checkpoint(payload=payload, skipped=skipped)
    run.save(total=len(payload["items"]))


def _begin_block(run: Run, client: Client, link: Link, payload: dict[str, Any]) -> None:
    """Name the album or playlist, and with it a job that is about nothing else."""
    known = find_list(_starter(run.job), link.uri) or _fetch_list(client, link)
    facts = {"uri": link.uri, "name": known.name, "image_url": known.image_url}
    payload["blocks"].append({**facts, "start": len(payload["items"]), "count": 0})
    if len(payload["links"]) == 1 and clean_name(known.name):
        run.save(title=clean_name(known.name)[:500])


def _end_block(link: Link, payload: dict[str, Any]) -> None:
    if link.kind in ITEM_KINDS:
        return
    block = payload["blocks"].pop()
    if payload["taken"]:
        payload["blocks"].append({**block, "count": payload["taken"]})


def _fetch_list(client: Client, link: Link) -> PlayableList:
    """Without a name where Spotify doesn't tell it."""
    if link.kind == "playlist":
        with suppress(NotFound, Forbidden):  # reading what is in it says so
            playlist = playlists.get_playlist(client, link.id, fields="type,uri,name,images")
            return structs.replace(make_list(playlist), uri=link.uri)
    return PlayableList(uri=link.uri)


def _starter(job: Job) -> Member:
    return job.started_by or job.member


def _read_items(
    job: Job, client: Client, link: Link, offset: int
) -> tuple[list[tuple[str, str]], int, int | None]:
    """URIs and names on a page behind a link, how many there are behind it, the offset of the next page.

    The name is empty where only a link is known.
    """
    if link.kind in ITEM_KINDS:
        item = find_item(_starter(job), link.uri)
        return [(link.uri, item.name if item else "")], 1, None
    page = _read_page(client, link, offset)
    # So that the queue can show them with artist, cover and length.
    store.save_items(item for item in page.items if isinstance(item, Track | Episode))
    items = [(item.uri, item.name) for item in page.items if item.uri and is_single(item.uri)]
    next_offset = None if page.next is None else offset + (page.limit or len(page.items) or 1)
    return items, page.total or 0, next_offset


def _read_page(client: Client, link: Link, offset: int) -> Page[Item]:
    if link.kind == "playlist":
        rows = playlists.get_playlists_items(client, link.id, offset=offset)
        items = tuple(row.item for row in rows.items if row.item is not None)
        return Page(items=items, total=rows.total, limit=rows.limit, next=rows.next)
    if offset == 0:
        album = catalog.get_an_album(client, link.id)
        tracks, shown = album.tracks or Page(), [structs.replace(album, tracks=None)]
    else:
        tracks = catalog.get_an_albums_tracks(client, link.id, offset=offset)
        pks = store.get_pks_by_uri(models.Album, [link.uri]).values()
        shown = [*store.get_albums(pks).values()]
    items = tuple(structs.replace(track, album=shown[0] if shown else None) for track in tracks.items)
    return Page(items=items, total=tracks.total, limit=tracks.limit, next=tracks.next)
