"""Nothing is forgotten for having been missed once: Spotify is asked for it by name first."""

from collections.abc import Collection

from library.catalogue import store as catalogue
from library.models import Saved, Shelf
from library.saved import index as shelving
from library.saved.index import TARGETS
from library.sync import own
from library.sync.tickets import note
from spotweb.spotify import library, modes
from spotweb.spotify.http import Client


def remove_what_is_gone(shelf: Shelf, client: Client, pks: Collection[int]) -> int:
    """Of what a reading has missed (by the keys of the catalogue), what Spotify says is not saved. How many.

    What is still saved counts as seen; what the member has just saved here is not asked for.
    """
    target, model = TARGETS[shelf.kind]
    just_saved = own.saved(shelf)
    uris = {pk: uri for pk, uri in catalogue.uris_of(model, pks).items() if uri not in just_saved}
    gone = 0
    for some in catalogue.chunks(uris, modes.largest("check-library-contains")):
        answers = library.check_library_contains(client, [uris[pk] for pk in some])
        is_saved = dict(zip(some, answers, strict=True))
        gone += shelving.take(shelf, [pk for pk in some if not is_saved[pk]])
        here = {"shelf": shelf, f"{target}_id__in": [pk for pk in some if is_saved[pk]]}
        Saved.objects.filter(**here).update(passage=shelf.passage)
        note(shelf)
    return gone
