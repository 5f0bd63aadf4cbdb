"""How every track sounds, derived from its id, so that it never changes."""

import random
from dataclasses import dataclass
from functools import lru_cache

from spotweb.sandbox.catalogue.models import Track
from spotweb.sandbox.core.messages import Json, JsonObject

_LOUD_GENRES = ("metal", "punk", "techno", "rock", "drum")
MEASURES = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "time_signature",
    "valence",
)


@dataclass(slots=True, frozen=True, kw_only=True)
class Sound:
    acousticness: float
    danceability: float
    energy: float
    instrumentalness: float
    key: int
    liveness: float
    loudness: float
    mode: int
    speechiness: float
    tempo: float
    time_signature: int
    valence: float


@lru_cache(maxsize=20_000)
def sound_of(track: Track) -> Sound:
    rng = random.Random(f"sound {track.id}")  # noqa: S311 - an invented sound
    is_loud = any(
        word in genre for artist in track.artists for genre in artist.genres for word in _LOUD_GENRES
    )
    energy = rng.betavariate(5, 2) if is_loud else rng.betavariate(2.2, 2.4)
    return Sound(
        acousticness=round(max(0.0, min(1.0, 1.05 - energy + rng.uniform(-0.25, 0.2))), 3),
        danceability=round(rng.betavariate(4, 3), 3),
        energy=round(energy, 3),
        instrumentalness=round(rng.random() ** 4, 5),
        key=rng.randint(0, 11),
        liveness=round(rng.betavariate(1.5, 6), 3),
        loudness=round(-22 + 18 * energy + rng.uniform(-2, 2), 3),
        mode=rng.randint(0, 1),
        speechiness=round(rng.betavariate(1.3, 14), 4),
        tempo=round(rng.uniform(66, 178), 3),
        time_signature=rng.choices((4, 3, 5), (85, 12, 3))[0],
        valence=round(rng.betavariate(2, 2), 3),
    )


def analyse_track(track: Track) -> JsonObject:
    """Bars of beats of tatums from the first second to the last, and sections and segments over them."""
    sound, length_s = sound_of(track), track.duration_ms / 1000
    rng = random.Random(f"analysis {track.id}")  # noqa: S311 - an invented sound
    beat_s = 60 / sound.tempo
    return {
        "meta": {
            "analyzer_version": "4.0.0",
            "platform": "Linux",
            "detailed_status": "OK",
            "status_code": 0,
            "timestamp": 1_700_000_000,
            "analysis_time": round(length_s / 40, 5),
            "input_process": "libvorbisfile L+R 44100->22050",
        },
        "track": _whole(sound, length_s),
        "bars": _intervals(rng, length_s, beat_s * sound.time_signature),
        "beats": _intervals(rng, length_s, beat_s),
        "sections": _sections(rng, sound, length_s),
        "segments": _segments(rng, sound, length_s),
        "tatums": _intervals(rng, length_s, beat_s / 2),
    }


def _whole(sound: Sound, length_s: float) -> JsonObject:
    return {
        "num_samples": int(length_s * 22_050),
        "duration": round(length_s, 5),
        "sample_md5": "",
        "offset_seconds": 0,
        "window_seconds": 0,
        "analysis_sample_rate": 22_050,
        "analysis_channels": 1,
        "end_of_fade_in": 0.0,
        "start_of_fade_out": round(length_s * 0.97, 5),
        "loudness": sound.loudness,
        "tempo": sound.tempo,
        "tempo_confidence": 0.73,
        "time_signature": sound.time_signature,
        "time_signature_confidence": 0.99,
        "key": sound.key,
        "key_confidence": 0.41,
        "mode": sound.mode,
        "mode_confidence": 0.49,
        "codestring": "",
        "code_version": 3.15,
        "echoprintstring": "",
        "echoprint_version": 4.15,
        "synchstring": "",
        "synch_version": 1.0,
        "rhythmstring": "",
        "rhythm_version": 1.0,
    }


def _starts(length_s: float, step_s: float) -> list[float]:
    return [round(step_s * number, 5) for number in range(max(1, int(length_s / step_s)))]


def _interval(rng: random.Random, start: float, length_s: float) -> JsonObject:
    return {"start": start, "duration": round(length_s, 5), "confidence": round(rng.random(), 3)}


def _intervals(rng: random.Random, length_s: float, step_s: float) -> list[Json]:
    return [_interval(rng, start, step_s) for start in _starts(length_s, step_s)]


def _sections(rng: random.Random, sound: Sound, length_s: float) -> list[Json]:
    return [
        _interval(rng, start, 25.0)
        | {
            "loudness": round(sound.loudness + rng.uniform(-3, 3), 3),
            "tempo": sound.tempo,
            "tempo_confidence": round(rng.random(), 3),
            "key": sound.key,
            "key_confidence": round(rng.random(), 3),
            "mode": sound.mode,
            "mode_confidence": round(rng.random(), 3),
            "time_signature": sound.time_signature,
            "time_signature_confidence": 1.0,
        }
        for start in _starts(length_s, 25.0)
    ]


def _segments(rng: random.Random, sound: Sound, length_s: float) -> list[Json]:
    return [
        _interval(rng, start, 0.5)
        | {
            "loudness_start": round(sound.loudness - rng.uniform(4, 12), 3),
            "loudness_max": round(sound.loudness + rng.uniform(0, 3), 3),
            "loudness_max_time": round(rng.uniform(0.02, 0.2), 5),
            "loudness_end": 0,
            "pitches": [round(rng.random(), 3) for _ in range(12)],
            "timbre": [round(rng.gauss(0, 40), 3) for _ in range(12)],
        }
        for start in _starts(length_s, 0.5)
    ]
