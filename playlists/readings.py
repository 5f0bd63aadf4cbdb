"""Reading a long playlist in the background: once for everybody, and on from where it stopped."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from playlists import contents, noting, taking
from playlists.contents import Entry
from playlists.models import LOST_AFTER, Edit, Playlist, Reading
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.spotify.gate.limits import pace
from spotweb.spotify.http import Client
from spotweb.spotify.models import Page, PlaylistItem
from spotweb.spotify.patience import patiently

# A list that changes all the time is taken as it was read last; the next look reads it again.
_MOST_PASSES = 3


def of(playlist: Playlist) -> Reading | None:
    """The one that is waited for."""
    return Reading.objects.filter(playlist=playlist, is_check=False).first()


def begin(member: Member, playlist: Playlist, found: models.Playlist) -> Reading:
    """Start it, or join the one that is on its way; a worker that was ended is replaced."""
    rows = found.items.items if found.items else ()
    head, _ = contents.pack(noting.entries_of(row or PlaylistItem() for row in rows))
    total = (found.items.total if found.items else None) or 0
    try:
        with transaction.atomic():
            reading = Reading.objects.create(
                playlist=playlist,
                member=member,
                total=total,
                head=head,
                done=len(rows),
                snapshot_id=found.snapshot_id or "",
            )
    except IntegrityError:
        return _joined(member, playlist)
    _enqueue(reading)
    return reading


def _joined(member: Member, playlist: Playlist) -> Reading:
    reading = Reading.objects.get(playlist=playlist)
    rests = reading.trouble and not (reading.trouble_until and reading.trouble_until > timezone.now())
    if rests or timezone.now() - reading.beat_at > LOST_AFTER:
        taken = Reading.objects.filter(pk=reading.pk, beat_at=reading.beat_at).update(
            member=member, beat_at=timezone.now(), trouble="", trouble_until=None
        )
        if taken:
            _enqueue(reading)
    return reading


def _enqueue(reading: Reading) -> None:
    from playlists.tasks import read_playlist

    read_playlist.enqueue(reading.pk)


def run(pk: int) -> None:
    """In the worker."""
    reading = Reading.objects.select_related("playlist__revision", "member").filter(pk=pk).first()
    if reading is None:
        return
    client = spotify_for(reading.member).in_background()
    try:
        entries, snapshot_id = _read(client, reading)
    except SpotifyError as error:
        reading.trouble = error.code
        reading.trouble_until = error.until if isinstance(error, Throttled) else None
        _note(reading)
        return
    taking.take(reading.playlist, entries, snapshot_id=snapshot_id)
    reading.delete()
    _wake(reading.playlist)


def _wake(playlist: Playlist) -> None:
    """Edits that have waited to see where the list stands."""
    from playlists.tasks import carry_out

    for edit in playlist.edits.filter(state=Edit.State.WAITING, is_uncertain=True):
        carry_out.enqueue(edit.pk)


def _read(client: Client, reading: Reading) -> tuple[list[Entry], str]:
    """All items, again when it was another list at the end than at the beginning. The snapshot_id is empty
    when that would never end."""
    for _ in range(_MOST_PASSES):
        entries = _pass(client, reading)
        snapshot_id, total = _look(client, reading)
        if (snapshot_id, total) == (reading.snapshot_id, len(entries)):
            return entries, snapshot_id
        reading.snapshot_id, reading.total = snapshot_id, total
        reading.done, reading.rows = 0, b""
        _note(reading)
    return entries, ""


def _pass(client: Client, reading: Reading) -> list[Entry]:
    """From where the last attempt stopped."""
    entries = list(contents.unpack(reading.rows)) if reading.rows else []
    with ThreadPoolExecutor(pace().side_by_side, thread_name_prefix="read") as pool:
        while len(entries) < reading.total:
            rows = _next_rows(client, reading, pool, begin=len(entries))
            if not rows:
                break
            entries += noting.entries_of(rows)
            reading.done, reading.rows = len(entries), contents.pack(entries)[0]
            _note(reading)
    return entries


def _next_rows(
    client: Client, reading: Reading, pool: ThreadPoolExecutor, *, begin: int
) -> list[PlaylistItem]:
    """As many pages as may be on their way at once."""
    playlist_id = reading.playlist.spotify_id
    size = playlists.items_of(playlist_id).page_size

    def read(offset: int) -> Page[PlaylistItem]:
        try:
            return playlists.get_playlists_items(client, playlist_id, offset=offset)
        finally:
            connections.close_all()  # this thread's own, opened by the gate's cache and the token

    offsets = range(begin, reading.total, size)[: pace().side_by_side]
    pages = patiently(lambda: list(pool.map(read, offsets)), meanwhile=lambda until: _wait(reading, until))
    return [row for page in pages for row in page.items]


def _look(client: Client, reading: Reading) -> tuple[str, int]:
    fields = "snapshot_id,items(total),tracks(total)"
    playlist_id = reading.playlist.spotify_id
    found = patiently(
        lambda: playlists.get_playlist(client, playlist_id, fields=fields),
        meanwhile=lambda until: _wait(reading, until),
    )
    return found.snapshot_id or "", found.total_items or 0


def _wait(reading: Reading, until: datetime | None) -> None:
    reading.trouble_until = until
    _note(reading)


def _note(reading: Reading) -> None:
    reading.beat_at = timezone.now()
    reading.save(
        update_fields=["snapshot_id", "total", "done", "rows", "trouble", "trouble_until", "beat_at"]
    )
