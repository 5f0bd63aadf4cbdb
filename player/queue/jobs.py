"""Adding many items to the queue: pasted links, whole albums, whole playlists. One request for each item."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from player import commands, jobs
from player.models import Job
from player.playback.items import SINGLE_KINDS, find_item, find_thing, is_single
from player.playback.state import load_state
from spotweb.spotify import catalog, playlists
from spotweb.spotify.errors import DeviceGone, NoActiveDevice
from spotweb.spotify.http import Client
from spotweb.spotify.links import Link, parse_link
from spotweb.spotify.models import Item, Page

# Spotify takes about three a second; more than an evening's worth is a playlist, and can be played as one.
MOST_ITEMS = 300
MOST_LINES = 200


class Piece(Struct, frozen=True, kw_only=True):
    """One item to add. The name is empty where only a link is known."""

    uri: str
    name: str = ""


def queue_uris(
    member: Member, *, uris: Sequence[str], device_id: str | None = None, added_by: Member | None = None
) -> None:
    """Begin to add single items, albums and playlists. Raises NoActiveDevice when nothing would take it."""
    by, state = added_by or member, load_state(member)
    device_id = device_id or state.device_id
    if state.is_known and device_id is None:
        raise NoActiveDevice
    jobs.start(
        member,
        Job.Kind.ADD,
        {"links": list(uris)},
        started_by=by,
        title=_title(by, uris),
        device_id=device_id or "",
    )


def _title(member: Member, uris: Sequence[str]) -> str:
    if len(uris) > 1:
        return _("%(count)d links") % {"count": len(uris)}
    thing = find_thing(member, uris[0])
    return (thing.name if thing else "") or _("one link")


def work(job: Job) -> None:
    if "items" not in job.wanted:
        _look_inside(job)
    for uri, name in job.wanted["items"][job.steps_done :]:
        jobs.step(job, name or uri, partial(_add, job, uri, name))


def _add(job: Job, uri: str, name: str) -> None:
    def add(member: Member, *, device_id: str | None) -> None:
        commands.add_to_queue(member, uri=uri, device_id=device_id, added_by=job.started_by, name=name)

    device_id = job.device_id or None
    try:
        add(job.member, device_id=device_id)
    except (NoActiveDevice, DeviceGone):
        if device_id is None:
            raise
        commands.run_on_device(job.member, add, device_id=device_id)


def _look_inside(job: Job) -> None:
    """What to add is settled before the first item is, so that going on later means the same items."""
    client = spotify_for(job.started_by, purpose="background")
    pieces: list[Piece] = []
    left_out = 0
    for uri in job.wanted["links"]:
        jobs.check(job)
        found, total = _pieces(job, client, parse_link(uri), room=MOST_ITEMS - len(pieces))
        pieces += found
        left_out += total - len(found)
    job.wanted = {**job.wanted, "items": [(piece.uri, piece.name) for piece in pieces]}
    job.steps_total, job.left_out = len(pieces), left_out
    jobs.note(job)


def _pieces(job: Job, client: Client, link: Link, *, room: int) -> tuple[list[Piece], int]:
    """The items behind a link, at most `room`, and how many there are."""
    if link.kind in SINGLE_KINDS:
        item = find_item(job.started_by, link.uri)
        return [Piece(uri=link.uri, name=item.name if item else "")][:room], 1
    pieces: list[Piece] = []
    total = 0
    for page in _pages(job, client, link):
        total = max(total, page.total or 0)
        pieces += [
            Piece(uri=item.uri, name=item.name) for item in page.items if item.uri and is_single(item.uri)
        ]
        if len(pieces) >= room:
            break
    return pieces[:room], max(total, len(pieces))


def _pages(job: Job, client: Client, link: Link) -> Iterator[Page[Item]]:
    offset, has_more = 0, True
    while has_more:
        page = jobs.patiently(job, partial(_page, client, link, offset))
        yield page
        offset += page.limit or len(page.items) or 1
        has_more = page.next is not None


def _page(client: Client, link: Link, offset: int) -> Page[Item]:
    if link.kind == "playlist":
        rows = playlists.get_playlists_items(client, link.id, offset=offset)
        items = tuple(row.item for row in rows.items if row.item is not None)
        return Page(items=items, total=rows.total, limit=rows.limit, next=rows.next)
    if offset == 0:
        tracks = catalog.get_an_album(client, link.id).tracks or Page()
    else:
        tracks = catalog.get_an_albums_tracks(client, link.id, offset=offset)
    return Page(items=tuple(tracks.items), total=tracks.total, limit=tracks.limit, next=tracks.next)
