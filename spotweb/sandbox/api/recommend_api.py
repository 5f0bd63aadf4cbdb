"""Recommendations: tracks that are like the seeds, within and close to what is asked of their sound."""

import random
import re
from dataclasses import dataclass

from spotweb.sandbox.api.catalogue import check_market
from spotweb.sandbox.api.routing import FIRST_CUT, Call, operation
from spotweb.sandbox.catalogue import vocabulary as words
from spotweb.sandbox.catalogue.audio import MEASURES, sound_of
from spotweb.sandbox.catalogue.models import Artist, Track
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply

_ID = re.compile(r"[0-9A-Za-z]{22}")
_MOST_SEEDS = 5
_POOL = 250  # tracks per seed
_ASKED = re.compile(r"(min|max|target)_(\w+)")
_BESIDE_SOUND = ("duration_ms", "popularity")


@dataclass(slots=True, frozen=True)
class Seed:
    kind: str
    id: str
    genres: frozenset[str]


@operation("get-recommendation-genres", "GET", "/recommendations/available-genre-seeds", gone_since=FIRST_CUT)
def get_genres(_call: Call) -> Reply:
    return json_reply({"genres": sorted(words.GENRES)})


@operation("get-recommendations", "GET", "/recommendations", gone_since=FIRST_CUT)
def get_recommendations(call: Call) -> Reply:
    check_market(call)
    limit = call.number("limit", default=20, low=1, high=100)
    seeds, asked = _seeds(call), _asked(call)
    chosen: dict[str, Track] = {}
    told: list[Json] = []
    for seed in seeds:
        pool = _pool(call, seed)
        fitting = [track for track in pool if _fits(track, asked)]
        told.append(_seed_json(call, seed, pool=len(pool), fitting=len(fitting)))
        chosen |= {track.id: track for track in fitting}
    given = {seed.id for seed in seeds}
    # Not always the same: who asks twice gets another choice of those that fit.
    tracks = [track for track in chosen.values() if track.id not in given]
    call.world.rng.shuffle(tracks)
    tracks.sort(key=lambda track: round(_distance(track, asked), 1))
    shown: list[Json] = [call.world.serializer.track(track) for track in tracks[:limit]]
    return json_reply({"seeds": told, "tracks": shown})


def _seeds(call: Call) -> list[Seed]:
    listed = [
        (kind, one)
        for kind in ("artist", "genre", "track")
        for one in call.query.get(f"seed_{kind}s", "").split(",")
        if one
    ]
    if not 0 < len(listed) <= _MOST_SEEDS:
        raise errors.bad_request("invalid request")
    return [_seed(call, kind, one) for kind, one in listed]


def _seed(call: Call, kind: str, seed_id: str) -> Seed:
    if kind == "genre":
        return Seed(kind, seed_id, frozenset({seed_id}))
    found = call.world.catalog.get(kind, seed_id)
    if not _ID.fullmatch(seed_id) or not isinstance(found, Artist | Track):
        raise errors.bad_request("invalid request")
    artists = found.artists if isinstance(found, Track) else (found,)
    return Seed(kind, seed_id, frozenset(genre for artist in artists for genre in artist.genres))


def _asked(call: Call) -> list[tuple[str, str, float]]:
    """(min, max or target; of what; how much) for each such parameter."""
    asked = []
    for name, value in call.query.items():
        found = _ASKED.fullmatch(name)
        if not found or found[2] not in {*MEASURES, *_BESIDE_SOUND}:
            continue
        try:
            asked.append((found[1], found[2], float(value)))
        except ValueError as error:
            raise errors.bad_request("invalid request") from error
    return asked


def _pool(call: Call, seed: Seed) -> list[Track]:
    artists = [artist for artist in call.world.catalog.artists if seed.genres & set(artist.genres)]
    tracks = [track for artist in artists for album in artist.albums for track in album.tracks]
    playable = [track for track in tracks if not track.restriction]
    rng = random.Random(seed.id)  # noqa: S311 - which of many similar ones
    return rng.sample(playable, min(_POOL, len(playable)))


def _measure(track: Track, name: str) -> float:
    return float(getattr(track if name in _BESIDE_SOUND else sound_of(track), name))


def _fits(track: Track, asked: list[tuple[str, str, float]]) -> bool:
    return all(
        _measure(track, name) >= value if bound == "min" else _measure(track, name) <= value
        for bound, name, value in asked
        if bound != "target"
    )


def _distance(track: Track, asked: list[tuple[str, str, float]]) -> float:
    wide = {
        "key": 11,
        "loudness": 30,
        "tempo": 120,
        "time_signature": 4,
        "duration_ms": 300_000,
        "popularity": 100,
    }
    return sum(
        abs(_measure(track, name) - value) / wide.get(name, 1)
        for bound, name, value in asked
        if bound == "target"
    )


def _seed_json(call: Call, seed: Seed, *, pool: int, fitting: int) -> JsonObject:
    href = None if seed.kind == "genre" else call.world.serializer.href(f"/{seed.kind}s/{seed.id}")
    return {
        "afterFilteringSize": fitting,
        "afterRelinkingSize": fitting,
        "href": href,
        "id": seed.id,
        "initialPoolSize": pool,
        "type": seed.kind.upper(),
    }
