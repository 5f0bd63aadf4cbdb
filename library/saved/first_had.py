"""Since when a member has had something: the earliest moment ever seen of a recording, under whatever id.

Removing it and saving it again makes Spotify forget that; this does not.
"""

from collections.abc import Mapping

from library.catalogue import bulk_sql as bulk
from library.catalogue import store as catalogue
from library.models import FirstHad, Item, Saved, Shelf
from library.saved.saved_rows import Thing

_COLUMNS = ("member_id", "recording", "added_at")


def note(shelf: Shelf, things: Mapping[int, tuple[Thing, int]], *, is_exact: bool = True) -> dict[int, int]:
    """By the same keys, the earliest moment known in seconds since 1970, 0 for none. What is earlier still is
    written down, unless it is only about right.
    """
    recordings = {pk: catalogue.recording_of(thing) for pk, (thing, _) in things.items()}
    wanted = list(set(recordings.values()))
    known = dict(bulk.find(FirstHad, _COLUMNS[1:], "recording", wanted, member_id=shelf.member_id))
    earliest = dict(known)
    for pk, (_, added_at) in things.items():
        recording = recordings[pk]
        if added_at and added_at < earliest.get(recording, added_at + 1):
            earliest[recording] = added_at
    if is_exact:
        fresh = {recording: at for recording, at in sorted(earliest.items()) if known.get(recording) != at}
        rows = [(shelf.member_id, recording, at) for recording, at in fresh.items()]
        bulk.insert(FirstHad, _COLUMNS, rows, unique=_COLUMNS[:2], update=_COLUMNS[2:])
        _tell_the_others(shelf, {recording: fresh[recording] for recording in fresh.keys() & known.keys()})
    return {pk: earliest.get(recording, 0) for pk, recording in recordings.items()}


def _tell_the_others(shelf: Shelf, earliest: Mapping[str, int]) -> None:
    """The same recordings may be saved under several ids: in some libraries nearly half of them are."""
    items = dict(bulk.find(Item, ("id", "recording"), "recording", list(earliest)))
    for some in catalogue.chunks(items):
        saved = bulk.find(Saved, ("id", "item_id"), "item_id", some, shelf_id=shelf.pk)
        bulk.set_each(Saved, "first_added_at", [(earliest[items[item]], pk) for pk, item in sorted(saved)])
