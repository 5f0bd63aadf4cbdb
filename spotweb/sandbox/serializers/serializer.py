"""One serializer for all objects: music, spoken word and people together."""

from functools import lru_cache

from spotweb.sandbox.catalogue.models import LocalFile, Playable, Track
from spotweb.sandbox.core.messages import JsonObject
from spotweb.sandbox.serializers.music import Music
from spotweb.sandbox.serializers.people import People
from spotweb.sandbox.serializers.spoken import Spoken


class Serializer(Music, Spoken, People):
    def playable(self, item: Playable, *, resume_ms: int | None = None) -> JsonObject:
        if isinstance(item, Track):
            return self.track(item)
        if isinstance(item, LocalFile):
            return self.local(item)
        return self.episode(item, resume_ms=resume_ms)


@lru_cache(maxsize=8)
def serializer_for(base_url: str, quota_mode: str) -> Serializer:
    return Serializer(base_url, is_extended=quota_mode == "extended")
