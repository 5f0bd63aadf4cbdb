"""Spotify's objects as JSON, in the two shapes of the two quota modes."""

from functools import lru_cache

from spotweb.sandbox.members import Member
from spotweb.sandbox.playlists import Playlist
from spotweb.sandbox.things import (
    AUDIOBOOK_MARKETS,
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    LocalFile,
    Playable,
    Show,
    Track,
    uri_of,
)
from spotweb.sandbox.wire import Json, JsonObject

_MARKETS = """
AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH CI CL CM CO
CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR
HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD
ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW
PY QA RO RS RW SA SB SC SE SG SI SK SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY
UZ VC VE VN VU WS XK ZA ZM ZW
"""
MARKETS: tuple[str, ...] = tuple(_MARKETS.split())
_IMAGE_SIZES = (640, 300, 64)
_PAGE_OF_TRACKS = 50


class Serializer:
    """Objects are built once and then shared: treat what comes out as frozen."""

    def __init__(self, base_url: str, quota_mode: str) -> None:
        self._base = base_url
        self.is_extended = quota_mode == "extended"
        self._tracks: dict[str, JsonObject] = {}

    @classmethod
    def of(cls, base_url: str, quota_mode: str) -> "Serializer":
        return _serializer(base_url, quota_mode)

    # Parts

    def href(self, path: str) -> str:
        return f"{self._base}/v1{path}"

    def _links(self, kind: str, thing_id: str) -> JsonObject:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
            "href": self.href(f"/{kind}s/{thing_id}"),
            "id": thing_id,
        }

    def images(self, cover: str | None) -> list[Json]:
        if cover is None:
            return []
        return [
            {"height": size, "url": f"{self._base}/images/{cover}-{size}.svg", "width": size}
            for size in _IMAGE_SIZES
        ]

    def page(
        self, items: list[Json], *, path: str, total: int, limit: int, offset: int, query: str = ""
    ) -> JsonObject:
        """One page; `query` is what the links to its neighbours carry besides offset and limit."""
        address = self.href(path)

        def link(at: int) -> str:
            return f"{address}?offset={at}&limit={limit}{query}"

        return {
            "href": link(offset),
            "items": items,
            "limit": limit,
            "next": link(offset + limit) if limit and offset + limit < total else None,
            "offset": offset,
            "previous": link(max(0, offset - limit)) if limit and offset > 0 else None,
            "total": total,
        }

    # Artists and records

    def simple_artist(self, artist: Artist) -> JsonObject:
        return {
            **self._links("artist", artist.id),
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
            **self._links("album", album.id),
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
        tracks: list[Json] = [self.simple_track(track) for track in album.tracks[:_PAGE_OF_TRACKS]]
        body = self.simple_album(album) | {
            "tracks": self.page(
                tracks,
                path=f"/albums/{album.id}/tracks",
                total=len(album.tracks),
                limit=_PAGE_OF_TRACKS,
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
            **self._links("track", track.id),
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
        if track.id not in self._tracks:
            body = self.simple_track(track) | {
                "album": self.simple_album(track.album),
                "external_ids": {"isrc": track.isrc},
            }
            if self.is_extended:
                body["popularity"] = track.popularity
            self._tracks[track.id] = body
        return self._tracks[track.id]

    def local(self, file: LocalFile) -> JsonObject:
        """A file of the member's own: a track without an id, on an album without a type."""
        nowhere: JsonObject = {"external_urls": {}, "href": None, "id": None, "uri": None}
        body: JsonObject = {
            "album": nowhere
            | {
                "album_type": None,
                "artists": [],
                "images": [],
                "name": file.album,
                "release_date": None,
                "release_date_precision": None,
                "total_tracks": None,
                "type": "album",
            },
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

    # Spoken word

    def simple_show(self, show: Show) -> JsonObject:
        body: JsonObject = {
            **self._links("show", show.id),
            "copyrights": [],
            "description": show.description,
            "explicit": show.explicit,
            "html_description": f"<p>{show.description}</p>",
            "images": self.images(show.cover),
            "is_externally_hosted": False,
            "languages": [show.language],
            "media_type": show.media_type,
            "name": show.name,
            "total_episodes": len(show.episodes),
            "type": "show",
            "uri": uri_of(show),
        }
        if self.is_extended:
            body |= {"available_markets": MARKETS, "publisher": show.publisher}
        return body

    def simple_episode(self, episode: Episode, *, resume_ms: int | None = None) -> JsonObject:
        """`resume_ms` is how far the asking member got; None without the scope to know."""
        body: JsonObject = {
            **self._links("episode", episode.id),
            "audio_preview_url": None,
            "description": episode.description,
            "duration_ms": episode.duration_ms,
            "explicit": episode.explicit,
            "html_description": f"<p>{episode.description.replace('&', '&amp;')}</p>",
            "images": self.images(episode.cover),
            "is_externally_hosted": False,
            "is_playable": not episode.restriction,
            "language": episode.show.language,
            "languages": [episode.show.language],
            "name": episode.name,
            "release_date": episode.release_date,
            "release_date_precision": episode.precision,
            "type": "episode",
            "uri": uri_of(episode),
        }
        if episode.restriction:
            body["restrictions"] = {"reason": episode.restriction}
        if resume_ms is not None:
            body["resume_point"] = {
                "fully_played": resume_ms >= episode.duration_ms,
                "resume_position_ms": resume_ms,
            }
        return body

    def episode(self, episode: Episode, *, resume_ms: int | None = None) -> JsonObject:
        return self.simple_episode(episode, resume_ms=resume_ms) | {"show": self.simple_show(episode.show)}

    def playable(self, item: Playable, *, resume_ms: int | None = None) -> JsonObject:
        if isinstance(item, Track):
            return self.track(item)
        if isinstance(item, LocalFile):
            return self.local(item)
        return self.episode(item, resume_ms=resume_ms)

    def simple_audiobook(self, book: Audiobook) -> JsonObject:
        body: JsonObject = {
            "authors": [{"name": book.author}],
            "copyrights": [],
            "description": book.description,
            "edition": "Unabridged",
            "explicit": book.explicit,
            "external_urls": {"spotify": f"https://open.spotify.com/show/{book.id}"},
            "href": self.href(f"/audiobooks/{book.id}"),
            "html_description": f"<p>{book.description}</p>",
            "id": book.id,
            "images": self.images(book.cover),
            "languages": ["en"],
            "media_type": "audio",
            "name": book.name,
            "narrators": [{"name": book.narrator}],
            "total_chapters": len(book.chapters),
            "type": "audiobook",
            "uri": uri_of(book),
        }
        if self.is_extended:
            body |= {"available_markets": AUDIOBOOK_MARKETS, "publisher": book.publisher}
        return body

    def simple_chapter(self, chapter: Chapter, *, resume_ms: int | None = None) -> JsonObject:
        body: JsonObject = {
            "audio_preview_url": None,
            "chapter_number": chapter.chapter_number,
            "description": "",
            "duration_ms": chapter.duration_ms,
            "explicit": False,
            "external_urls": {"spotify": f"https://open.spotify.com/episode/{chapter.id}"},
            "href": self.href(f"/chapters/{chapter.id}"),
            "html_description": "",
            "id": chapter.id,
            "images": self.images(chapter.audiobook.cover),
            "is_playable": True,
            "languages": ["en"],
            "name": chapter.name,
            "release_date": chapter.release_date,
            "release_date_precision": "day",
            "type": "episode",
            "uri": uri_of(chapter),
        }
        if resume_ms is not None:
            body["resume_point"] = {
                "fully_played": resume_ms >= chapter.duration_ms,
                "resume_position_ms": resume_ms,
            }
        if self.is_extended:
            body["available_markets"] = AUDIOBOOK_MARKETS
        return body

    # People and lists

    def public_user(self, user_id: str) -> JsonObject:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/user/{user_id}"},
            "href": self.href(f"/users/{user_id}"),
            "id": user_id,
            "type": "user",
            "uri": f"spotify:user:{user_id}",
        }

    def private_user(self, member: Member, *, scopes: set[str]) -> JsonObject:
        body = self.public_user(member.id) | {
            "account_id": member.account_id,
            "display_name": member.display_name,
            "images": self.images(member.cover)[:2],
        }
        if not self.is_extended:
            return body
        body["followers"] = {"href": None, "total": member.followers}
        if "user-read-private" in scopes:
            body |= {
                "country": member.country,
                "explicit_content": {"filter_enabled": False, "filter_locked": False},
                "product": member.product,
            }
        if "user-read-email" in scopes:
            body["email"] = member.email
        return body

    def simple_playlist(self, playlist: Playlist) -> JsonObject:
        contents: JsonObject = {
            "href": self.href(f"/playlists/{playlist.id}/items"),
            "total": len(playlist.rows),
        }
        body = self._links("playlist", playlist.id) | {
            "collaborative": playlist.is_collaborative,
            "description": playlist.description,
            "images": self.images(playlist.cover),
            "items": contents,
            "name": playlist.name,
            "owner": self.public_user(playlist.owner_id) | {"display_name": playlist.owner_name},
            "primary_color": None,
            "public": playlist.is_public,
            "snapshot_id": playlist.snapshot_id,
            "type": "playlist",
            "uri": playlist.uri,
        }
        if self.is_extended:
            body["tracks"] = {
                "href": self.href(f"/playlists/{playlist.id}/tracks"),
                "total": len(playlist.rows),
            }
        return body


@lru_cache(maxsize=8)
def _serializer(base_url: str, quota_mode: str) -> Serializer:
    return Serializer(base_url, quota_mode)
