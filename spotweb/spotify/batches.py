"""Several objects of the catalogue: by one request in extended mode, one by one in development mode."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections
from msgspec import Struct

from spotweb.spotify import modes, object_cache
from spotweb.spotify.arguments import ids_of
from spotweb.spotify.errors import InvalidRequest, NotFound
from spotweb.spotify.http import Client
from spotweb.spotify.object_cache import ObjectRef
from spotweb.spotify.rate_limit.limits import get_pace
from spotweb.spotify.writes import split_chunks

T = TypeVar("T")

# A household has some six hundred single reads a day; one call takes at most this many of them.
MAX_SINGLE_READS = 20


class Batch(Struct, frozen=True, kw_only=True):
    """`operation` reads several, `single` one; `name` is what the list in the answer is called."""

    kind: Any  # the type of one object
    operation: str
    single: str
    link_kind: str
    name: str
    is_personal: bool = False


def fetch_several(
    client: Client, batch: Batch, texts: Iterable[str], *, market: str | None = None
) -> tuple[Any, ...]:
    """In the order asked for, with None for what Spotify does not have. Fresh kept objects cost nothing.

    Raises InvalidRequest, before anything is spent, when development mode would need more than twenty reads.
    """
    ids = ids_of(texts, batch.link_kind, operation=batch.operation)
    subjects = {id_: _make_ref(client, batch, id_, market) for id_ in ids}
    objects = {id_: object_cache.get_fresh(subject) for id_, subject in subjects.items()}
    missing = [subjects[id_] for id_, known in objects.items() if known is None]
    read = _fetch_batches if modes.is_extended() else _fetch_singly
    objects |= read(client, batch, missing)
    return tuple(objects[id_] for id_ in ids)


def _make_ref(client: Client, batch: Batch, id_: str, market: str | None) -> ObjectRef[Any]:
    return ObjectRef(batch.kind, batch.single, id_, market, client.key if batch.is_personal else "")


def _fetch_batches(client: Client, batch: Batch, missing: Sequence[ObjectRef[Any]]) -> dict[str, Any]:
    objects_by_id: dict[str, Any] = {}
    kind: Any = batch.kind
    answer: Any = dict[str, tuple[kind | None, ...]]  # a type form that is only known now
    for chunk in split_chunks(missing, modes.get_max_limit(batch.operation)):
        params = {"ids": ",".join(subject.id for subject in chunk), "market": chunk[0].market}
        objects = client.fetch(answer, batch.operation, params=params).get(batch.name, ())
        if len(objects) != len(chunk):
            # A row is missing: then what is what only the ids tell.
            by_id = {object_.id: object_ for object_ in objects if object_}
            objects = tuple(by_id.get(subject.id) for subject in chunk)
        for subject, object_ in zip(chunk, objects, strict=True):
            objects_by_id[subject.id] = object_ and object_cache.store_object(subject, object_)
    return objects_by_id


def _fetch_singly(client: Client, batch: Batch, missing: Sequence[ObjectRef[Any]]) -> dict[str, Any]:
    if len(missing) > MAX_SINGLE_READS:
        message = f"{len(missing)} single reads where {MAX_SINGLE_READS} are the most"
        raise InvalidRequest(message, operation=batch.operation)

    def fetch_or_none(subject: ObjectRef[Any]) -> Any:  # noqa: ANN401  # the batch's kind
        try:
            return object_cache.get_or_fetch(client, subject)
        except NotFound:
            return None
        finally:
            connections.close_all()  # this thread's own, opened by the cache and the token

    with ThreadPoolExecutor(get_pace().side_by_side, thread_name_prefix="batch") as pool:
        return dict(zip([subject.id for subject in missing], pool.map(fetch_or_none, missing), strict=True))
