"""Saving to a member's library what an import has found: Liked Songs, albums, podcasts, episodes, artists."""

from collections.abc import Iterator, Sequence

from accounts.tokens import spotify_for
from library.saved import actions
from playlists.models import ImportLine
from spotweb.jobs.run import Run
from spotweb.spotify import library
from spotweb.spotify.errors import InvalidRequest, NotFound
from spotweb.spotify.http import Client

KIND = "import-save"
# As many as development mode takes in one request.
_BATCH_SIZE = 40


def run_save(run: Run) -> None:
    """Save the rest in the order given. Sending a batch again after a crash changes nothing."""
    client = spotify_for(run.job.member).in_background()
    uris: list[str] = run.job.payload["uris"]
    for batch in _split_by_kind(uris[run.job.done :]):
        run.checkpoint()
        missing = _list_unsaved(run, client, batch)
        gone = _save_items(client, missing)
        saved = [uri for uri in missing if uri not in gone]
        if saved:
            actions.record_write(run.job.member, saved, saved=True)
        counts = {
            "there": run.job.payload.get("there", 0) + len(batch) - len(missing),
            "gone": run.job.payload.get("gone", 0) + len(gone),
        }
        with run.fence(done=run.job.done + len(batch), payload={**run.job.payload, **counts}):
            lines = ImportLine.objects.filter(run__save_job=run.job, uri__in=gone)
            lines.update(state=ImportLine.State.REFUSED, reason=ImportLine.Reason.GONE)


def _save_items(client: Client, uris: Sequence[str]) -> list[str]:
    """Save them; returns those that Spotify does not have: one of them costs all others of its request."""
    if not uris:
        return []
    try:
        library.save_library_items(client, uris)
    except (InvalidRequest, NotFound):
        if len(uris) == 1:
            return list(uris)
        half = len(uris) // 2
        return [*_save_items(client, uris[:half]), *_save_items(client, uris[half:])]
    return []


def _list_unsaved(run: Run, client: Client, uris: Sequence[str]) -> list[str]:
    """What is saved already keeps its date and its place."""
    known = actions.get_known_saved(run.job.member, uris)
    unknown = [uri for uri in uris if known[uri] is None]
    answers = library.check_library_contains(client, unknown) if unknown else ()
    known |= dict(zip(unknown, answers, strict=True))
    return [uri for uri in uris if not known[uri]]


def _split_by_kind(uris: Sequence[str]) -> Iterator[list[str]]:
    """Batches of one kind each: outside development mode each kind has an operation of its own."""
    batch: list[str] = []
    for uri in uris:
        if batch and (len(batch) == _BATCH_SIZE or uri.split(":")[1] != batch[0].split(":")[1]):
            yield batch
            batch = []
        batch.append(uri)
    if batch:
        yield batch
