"""Several objects at once, and what an artist is known for and resembles: extended mode alone."""

import re
from collections.abc import Callable

from spotweb.sandbox.api.catalogue import (
    chapter_json,
    check_market,
    find_in_catalogue,
    require_audiobook_market,
    resume_ms,
)
from spotweb.sandbox.api.operations import FIRST_CUT, SECOND_CUT, Call, operation
from spotweb.sandbox.api.player import READ_POSITION
from spotweb.sandbox.catalogue.models import Album, Artist, Audiobook, Chapter, Episode, Show, Thing, Track
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply

_ID = re.compile(r"[0-9A-Za-z]{22}")
_MAX_IDS = 50
_MAX_ALBUM_IDS = 20
_RELATED = 20


def _answer_several(
    call: Call, kind: str, serialize: Callable[[Thing], JsonObject | None], *, most: int = _MAX_IDS
) -> Reply:
    """In the order of the ids; null for what there is not."""
    check_market(call)
    ids = call.ids(most)
    if not all(_ID.fullmatch(id_) for id_ in ids):
        raise errors.invalid_id()
    things = (call.world.catalog.get(kind, id_) for id_ in ids)
    shown: list[Json] = [None if thing is None else serialize(thing) for thing in things]
    return json_reply({f"{kind}s": shown})


@operation("get-several-tracks", "GET", "/tracks", gone_since=SECOND_CUT)
def get_several_tracks(call: Call) -> Reply:
    serializer = call.world.serializer
    return _answer_several(
        call, "track", lambda thing: serializer.track(thing) if isinstance(thing, Track) else None
    )


@operation("get-multiple-artists", "GET", "/artists", gone_since=SECOND_CUT)
def get_several_artists(call: Call) -> Reply:
    serializer = call.world.serializer
    return _answer_several(
        call, "artist", lambda thing: serializer.artist(thing) if isinstance(thing, Artist) else None
    )


@operation("get-multiple-albums", "GET", "/albums", gone_since=SECOND_CUT)
def get_several_albums(call: Call) -> Reply:
    serializer = call.world.serializer
    return _answer_several(
        call,
        "album",
        lambda thing: serializer.album(thing) if isinstance(thing, Album) else None,
        most=_MAX_ALBUM_IDS,
    )


@operation("get-multiple-shows", "GET", "/shows", gone_since=SECOND_CUT)
def get_several_shows(call: Call) -> Reply:
    serializer = call.world.serializer
    return _answer_several(
        call, "show", lambda thing: serializer.simple_show(thing) if isinstance(thing, Show) else None
    )


@operation("get-multiple-episodes", "GET", "/episodes", scopes=[READ_POSITION], gone_since=SECOND_CUT)
def get_several_episodes(call: Call) -> Reply:
    def serialize(thing: Thing) -> JsonObject | None:
        if not isinstance(thing, Episode):
            return None
        point = resume_ms(call, f"spotify:episode:{thing.id}")
        return call.world.serializer.episode(thing, resume_ms=point)

    return _answer_several(call, "episode", serialize)


@operation("get-multiple-audiobooks", "GET", "/audiobooks", gone_since=SECOND_CUT)
def get_several_audiobooks(call: Call) -> Reply:
    require_audiobook_market(call)

    def serialize(thing: Thing) -> JsonObject | None:
        if not isinstance(thing, Audiobook):
            return None
        chapters: list[Json] = [chapter_json(call, chapter) for chapter in thing.chapters[:_MAX_IDS]]
        page = call.world.serializer.page(
            chapters,
            path=f"/audiobooks/{thing.id}/chapters",
            total=len(thing.chapters),
            limit=_MAX_IDS,
            offset=0,
        )
        return call.world.serializer.simple_audiobook(thing) | {"chapters": page}

    return _answer_several(call, "audiobook", serialize)


@operation("get-several-chapters", "GET", "/chapters", gone_since=SECOND_CUT)
def get_several_chapters(call: Call) -> Reply:
    require_audiobook_market(call)

    def serialize(thing: Thing) -> JsonObject | None:
        if not isinstance(thing, Chapter):
            return None
        book = call.world.serializer.simple_audiobook(thing.audiobook)
        return chapter_json(call, thing) | {"audiobook": book}

    return _answer_several(call, "chapter", serialize)


@operation("get-an-artists-top-tracks", "GET", "/artists/{id}/top-tracks", gone_since=SECOND_CUT)
def get_top_tracks(call: Call) -> Reply:
    artist = find_in_catalogue(call, Artist, "artist")
    tracks: list[Json] = [
        call.world.serializer.track(track) for track in call.world.catalog.top_tracks(artist)
    ]
    return json_reply({"tracks": tracks})


@operation("get-an-artists-related-artists", "GET", "/artists/{id}/related-artists", gone_since=FIRST_CUT)
def get_related_artists(call: Call) -> Reply:
    """Those of the same kind of music that are about as well known."""
    artist = find_in_catalogue(call, Artist, "artist")
    others = [
        other
        for other in call.world.catalog.artists
        if other is not artist and set(other.genres) & set(artist.genres)
    ]
    others.sort(key=lambda other: (abs(other.popularity - artist.popularity), other.name, other.id))
    shown: list[Json] = [call.world.serializer.artist(other) for other in others[:_RELATED]]
    return json_reply({"artists": shown})
