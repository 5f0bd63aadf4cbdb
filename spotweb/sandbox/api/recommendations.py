"""Audio features and analysis: taken away from development mode in November 2024, kept in extended mode."""

import re
from dataclasses import asdict

from spotweb.sandbox.api.catalogue import find
from spotweb.sandbox.api.routing import FIRST_CUT, Call, operation
from spotweb.sandbox.catalogue.audio import analyse, sound_of
from spotweb.sandbox.catalogue.models import Track, uri_of
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply

_ID = re.compile(r"[0-9A-Za-z]{22}")
_MOST = 100


@operation("get-several-audio-features", "GET", "/audio-features", gone_since=FIRST_CUT)
def get_several_features(call: Call) -> Reply:
    ids = call.ids(_MOST)
    if not all(_ID.fullmatch(one) for one in ids):
        raise errors.invalid_id()
    found = [call.world.catalog.track(one) for one in ids]
    features: list[Json] = [_features(call, track) if track else None for track in found]
    return json_reply({"audio_features": features})


@operation("get-audio-features", "GET", "/audio-features/{id}", gone_since=FIRST_CUT)
def get_features(call: Call) -> Reply:
    return json_reply(_features(call, find(call, Track, "track")))


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
    return json_reply(analyse(find(call, Track, "track")))
