"""Shows, episodes, audiobooks and chapters as JSON."""

from spotweb.sandbox.catalogue.models import AUDIOBOOK_MARKETS, Audiobook, Chapter, Episode, Show, uri_of
from spotweb.sandbox.core.messages import JsonObject
from spotweb.sandbox.serializers.common import MARKETS, Shape


class Spoken(Shape):
    def simple_show(self, show: Show) -> JsonObject:
        body: JsonObject = {
            **self.links("show", show.id),
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
            **self.links("episode", episode.id),
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

    def episode_as_track(self, episode: Episode) -> JsonObject:
        """What callers get who did not say that they understand episodes: a track of sorts."""
        show = self.simple_show(episode.show)
        album: JsonObject = {
            "album_type": "album",
            "artists": [],
            "external_urls": show["external_urls"],
            "href": show["href"],
            "id": episode.show.id,
            "images": show["images"],
            "name": episode.show.name,
            "release_date": episode.release_date,
            "release_date_precision": episode.precision,
            "total_tracks": len(episode.show.episodes),
            "type": "show",
            "uri": show["uri"],
        }
        body: JsonObject = {
            **self.links("episode", episode.id),
            "album": album,
            "artists": [],
            "disc_number": 0,
            "duration_ms": episode.duration_ms,
            "explicit": episode.explicit,
            "external_ids": {},
            "is_local": False,
            "is_playable": not episode.restriction,
            "name": episode.name,
            "preview_url": None,
            "track_number": 0,
            "type": "episode",
            "uri": uri_of(episode),
        }
        if self.is_extended:
            album["available_markets"] = body["available_markets"] = MARKETS
            body["popularity"] = 0
        return body

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

    def audiobook_as_show(self, book: Audiobook) -> JsonObject:
        """How an audiobook looks where it is taken for a show: its description gives it away."""
        body = self.simple_audiobook(book) | {
            "href": self.href(f"/shows/{book.id}"),
            "is_externally_hosted": False,
            "total_episodes": len(book.chapters),
            "type": "show",
        }
        of_books = {"authors", "narrators", "edition", "total_chapters"}
        return {name: value for name, value in body.items() if name not in of_books}

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
