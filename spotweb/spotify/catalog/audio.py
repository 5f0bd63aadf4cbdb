"""How tracks sound. All of it is gone in development mode, and for every app made since November 2024."""

from collections.abc import Iterable

from spotweb.spotify import modes
from spotweb.spotify.arguments import id_of, ids_of
from spotweb.spotify.http import Client
from spotweb.spotify.models import AudioAnalysis, AudioFeatures
from spotweb.spotify.writes import split_chunks


def get_audio_features(client: Client, track: str) -> AudioFeatures:
    """Web API: get-audio-features. Raises NotFound where Spotify has not listened."""
    operation = "get-audio-features"
    return client.fetch(AudioFeatures, operation, ids={"id": id_of(track, "track", operation=operation)})


def get_several_audio_features(client: Client, tracks: Iterable[str]) -> tuple[AudioFeatures | None, ...]:
    """In the order asked for, a hundred a request, None where unknown.

    Web API: get-several-audio-features.
    """
    operation = "get-several-audio-features"
    ids = ids_of(tracks, "track", operation=operation)
    features: list[AudioFeatures | None] = []
    for chunk in split_chunks(ids, modes.get_max_limit(operation)):
        answer = client.fetch(
            dict[str, tuple[AudioFeatures | None, ...]], operation, params={"ids": ",".join(chunk)}
        )
        features += answer.get("audio_features", ())
    return tuple(features)


def get_audio_analysis(client: Client, track: str) -> AudioAnalysis:
    """Bars, beats, sections, segments and tatums: some hundred KB a track. Web API: get-audio-analysis."""
    operation = "get-audio-analysis"
    return client.fetch(AudioAnalysis, operation, ids={"id": id_of(track, "track", operation=operation)})
