"""Artists, albums, tracks and local files as JSON."""

from spotweb.sandbox.catalogue.models import Album, Artist, LocalFile, Track, uri_of
from spotweb.sandbox.core.messages import Json, JsonObject, encode_json
from spotweb.sandbox.serializers.common import EMBEDDED, MARKETS, Shape

# Stands for the list of all markets until a page is put together: it is most of what a track weighs.
_MARKETS_MARK, _ALL_MARKETS = b'"available_markets":0', b'"available_markets":' + encode_json(MARKETS)


class Music(Shape):
    def __init__(self, base_url: str, *, is_extended: bool) -> None:
        super().__init__(base_url, is_extended=is_extended)
        self._encoded: dict[str, bytes] = {}

    def simple_artist(self, artist: Artist) -> JsonObject:
        return {
            **self.links("artist", artist.id),
            "name": artist.name,
            "type": "artist",
            "uri": uri_of(artist),
        }

    def artist(self, artist: Artist) -> JsonObject:
        body = self.simple_artist(artist) | {
            "genres": list(artist.genres),
            "images": self.images(artist.cover),
        }
        if self.is_extended:
            body |= {"followers": {"href": None, "total": artist.followers}, "popularity": artist.popularity}
        return body

    def simple_album(self, album: Album) -> JsonObject:
        body: JsonObject = {
            **self.links("album", album.id),
            "album_type": album.album_type,
            "artists": [self.simple_artist(artist) for artist in album.artists],
            "images": self.images(album.cover),
            "is_playable": True,
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": album.precision,
            "total_tracks": len(album.tracks),
            "type": "album",
            "uri": uri_of(album),
        }
        if self.is_extended:
            body["available_markets"] = MARKETS
        return body

    def album(self, album: Album) -> JsonObject:
        tracks: list[Json] = [self.simple_track(track) for track in album.tracks[:EMBEDDED]]
        body = self.simple_album(album) | {
            "tracks": self.page(
                tracks,
                path=f"/albums/{album.id}/tracks",
                total=len(album.tracks),
                limit=EMBEDDED,
                offset=0,
            ),
            "copyrights": [
                {"text": f"© {album.release_date[:4]} {album.label}", "type": "C"},
                {"text": f"℗ {album.release_date[:4]} {album.label}", "type": "P"},
            ],
            "external_ids": {"upc": album.upc},
            "genres": [],
        }
        if self.is_extended:
            body |= {"label": album.label, "popularity": album.popularity}
        return body

    def simple_track(self, track: Track) -> JsonObject:
        body: JsonObject = {
            **self.links("track", track.id),
            "artists": [self.simple_artist(artist) for artist in track.artists],
            "disc_number": track.disc_number,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "is_local": False,
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
            "type": "track",
            "uri": uri_of(track),
        }
        if track.restriction:
            body |= {"is_playable": False, "restrictions": {"reason": track.restriction}}
        elif track.id[-1] not in "Zz":
            # Now and then Spotify leaves it out.
            body["is_playable"] = True
        if self.is_extended:
            body["available_markets"] = () if track.restriction == "market" else MARKETS
        return body

    def track(self, track: Track) -> JsonObject:
        return self._bare_track(track) | {"album": self.simple_album(track.album)}

    def _bare_track(self, track: Track) -> JsonObject:
        body = self.simple_track(track) | {"external_ids": {"isrc": track.isrc}}
        if self.is_extended:
            body["popularity"] = track.popularity
        return body

    def track_json(self, track: Track) -> bytes:
        """The same, encoded, quickly, and unfinished: `finish` is for the whole page."""
        head = self._encoded.get(track.id)
        if head is None:
            head = self._encoded[track.id] = self._compact(self._bare_track(track))[:-1] + b',"album":'
        album = self._encoded.get(track.album.id)
        if album is None:
            album = self._encoded[track.album.id] = self._compact(self.simple_album(track.album)) + b"}"
        return head + album

    def album_json(self, album: Album) -> bytes:
        """As `album`, encoded and unfinished."""
        known = self._encoded.get(f"full {album.id}")
        if known is None:
            known = self._encoded[f"full {album.id}"] = self._compact(self.album(album))
        return known

    @staticmethod
    def _compact(body: JsonObject) -> bytes:
        if body.get("available_markets") is MARKETS:
            body = body | {"available_markets": 0}
        return encode_json(body).replace(_ALL_MARKETS, _MARKETS_MARK)

    @staticmethod
    def finish(body: bytes) -> bytes:
        return body.replace(_MARKETS_MARK, _ALL_MARKETS)

    def local(self, file: LocalFile) -> JsonObject:
        """A file of the member's own: a track without an id, on an album without a type."""
        nowhere: JsonObject = {"external_urls": {}, "href": None, "id": None, "uri": None}
        album = nowhere | {
            "album_type": None,
            "artists": [],
            "images": [],
            "name": file.album,
            "release_date": None,
            "release_date_precision": None,
            "total_tracks": None,
            "type": "album",
        }
        if self.is_extended:
            album["available_markets"] = []
        body: JsonObject = {
            "album": album,
            "artists": [nowhere | {"name": file.artist, "type": "artist"}],
            "disc_number": 0,
            "duration_ms": file.duration_ms,
            "explicit": False,
            "external_ids": {},
            "external_urls": {},
            "href": None,
            "id": None,
            "is_local": True,
            "is_playable": True,
            "name": file.name,
            "preview_url": None,
            "track_number": 0,
            "type": "track",
            "uri": file.uri,
        }
        if self.is_extended:
            body |= {"available_markets": [], "popularity": 0}
        return body
