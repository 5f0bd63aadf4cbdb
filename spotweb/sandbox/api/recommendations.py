"""Audio features, analysis and recommendations: development mode lost them in November 2024.

Recommendations are tracks that are like the seeds, within and close to what is asked of their sound.
"""

import random
import re
from dataclasses import asdict, dataclass

from spotweb.sandbox.api.catalogue import check_market, find_in_catalogue
from spotweb.sandbox.api.operations import FIRST_CUT, Call, operation
from spotweb.sandbox.catalogue import vocabulary
from spotweb.sandbox.catalogue.audio import MEASURES, analyse_track, sound_of
from spotweb.sandbox.catalogue.models import Artist, Track, uri_of
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply

_MAX_FEATURES = 100
_ID = re.compile(r"[0-9A-Za-z]{22}")
_MAX_SEEDS = 5
_POOL = 250  # tracks per seed
_ASKED = re.compile(r"(min|max|target)_(\w+)")
_BESIDE_SOUND = ("duration_ms", "popularity")


@dataclass(slots=True, frozen=True)
class RecommendationSeed:
    kind: str
    id: str
    genres: frozenset[str]


@operation("get-several-audio-features", "GET", "/audio-features", gone_since=FIRST_CUT)
def get_several_features(call: Call) -> Reply:
    ids = call.ids(_MAX_FEATURES)
    if not all(_ID.fullmatch(id_) for id_ in ids):
        raise errors.invalid_id()
    tracks = [call.world.catalog.track(id_) for id_ in ids]
    features: list[Json] = [_features(call, track) if track else None for track in tracks]
    return json_reply({"audio_features": features})


@operation("get-audio-features", "GET", "/audio-features/{id}", gone_since=FIRST_CUT)
def get_features(call: Call) -> Reply:
    return json_reply(_features(call, find_in_catalogue(call, Track, "track")))


def _features(call: Call, track: Track) -> JsonObject:
    href = call.world.serializer.href
    return asdict(sound_of(track)) | {
        "analysis_url": href(f"/audio-analysis/{track.id}"),
        "duration_ms": track.duration_ms,
        "id": track.id,
        "track_href": href(f"/tracks/{track.id}"),
        "type": "audio_features",
        "uri": uri_of(track),
    }


@operation("get-audio-analysis", "GET", "/audio-analysis/{id}", gone_since=FIRST_CUT)
def get_analysis(call: Call) -> Reply:
    return json_reply(analyse_track(find_in_catalogue(call, Track, "track")))


@operation("get-recommendation-genres", "GET", "/recommendations/available-genre-seeds", gone_since=FIRST_CUT)
def get_genres(_call: Call) -> Reply:
    return json_reply({"genres": sorted(vocabulary.GENRES)})


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


def _seeds(call: Call) -> list[RecommendationSeed]:
    listed = [
        (kind, seed_id)
        for kind in ("artist", "genre", "track")
        for seed_id in call.query.get(f"seed_{kind}s", "").split(",")
        if seed_id
    ]
    if not 0 < len(listed) <= _MAX_SEEDS:
        raise errors.bad_request("invalid request")
    return [_seed(call, kind, seed_id) for kind, seed_id in listed]


def _seed(call: Call, kind: str, seed_id: str) -> RecommendationSeed:
    if kind == "genre":
        return RecommendationSeed(kind, seed_id, frozenset({seed_id}))
    thing = call.world.catalog.get(kind, seed_id)
    if not _ID.fullmatch(seed_id) or not isinstance(thing, Artist | Track):
        raise errors.bad_request("invalid request")
    artists = thing.artists if isinstance(thing, Track) else (thing,)
    return RecommendationSeed(
        kind, seed_id, frozenset(genre for artist in artists for genre in artist.genres)
    )


def _asked(call: Call) -> list[tuple[str, str, float]]:
    """(min, max or target; of what; how much) for each such parameter."""
    asked = []
    for name, value in call.query.items():
        match = _ASKED.fullmatch(name)
        if not match or match[2] not in {*MEASURES, *_BESIDE_SOUND}:
            continue
        try:
            asked.append((match[1], match[2], float(value)))
        except ValueError as error:
            raise errors.bad_request("invalid request") from error
    return asked


def _pool(call: Call, seed: RecommendationSeed) -> list[Track]:
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


def _seed_json(call: Call, seed: RecommendationSeed, *, pool: int, fitting: int) -> JsonObject:
    href = None if seed.kind == "genre" else call.world.serializer.href(f"/{seed.kind}s/{seed.id}")
    return {
        "afterFilteringSize": fitting,
        "afterRelinkingSize": fitting,
        "href": href,
        "id": seed.id,
        "initialPoolSize": pool,
        "type": seed.kind.upper(),
    }
