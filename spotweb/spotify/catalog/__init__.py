"""The catalogue: search, and everything in it by id, URI or link.

Single objects are the scarcest there is in development mode (about 600 reads in a rolling day, for the whole
household): they are kept for a day, and the objects that other answers embed will often do.
"""

from spotweb.spotify.catalog.audio import (
    get_audio_analysis,
    get_audio_features,
    get_several_audio_features,
)
from spotweb.spotify.catalog.music import (
    AlbumGroup,
    albums_of,
    get_an_album,
    get_an_albums_tracks,
    get_an_artist,
    get_an_artists_albums,
    get_an_artists_related_artists,
    get_an_artists_top_tracks,
    get_multiple_albums,
    get_multiple_artists,
    get_several_tracks,
    get_track,
    tracks_of,
)
from spotweb.spotify.catalog.search_results import (
    MAX_SEARCH_OFFSET,
    SearchType,
    search,
)
from spotweb.spotify.catalog.spoken_word import (
    chapters_of,
    episodes_of,
    get_a_chapter,
    get_a_show,
    get_a_shows_episodes,
    get_an_audiobook,
    get_an_episode,
    get_audiobook_chapters,
    get_multiple_audiobooks,
    get_multiple_episodes,
    get_multiple_shows,
    get_several_chapters,
)

__all__ = [
    "MAX_SEARCH_OFFSET",
    "AlbumGroup",
    "SearchType",
    "albums_of",
    "chapters_of",
    "episodes_of",
    "get_a_chapter",
    "get_a_show",
    "get_a_shows_episodes",
    "get_an_album",
    "get_an_albums_tracks",
    "get_an_artist",
    "get_an_artists_albums",
    "get_an_artists_related_artists",
    "get_an_artists_top_tracks",
    "get_an_audiobook",
    "get_an_episode",
    "get_audio_analysis",
    "get_audio_features",
    "get_audiobook_chapters",
    "get_multiple_albums",
    "get_multiple_artists",
    "get_multiple_audiobooks",
    "get_multiple_episodes",
    "get_multiple_shows",
    "get_several_audio_features",
    "get_several_chapters",
    "get_several_tracks",
    "get_track",
    "search",
    "tracks_of",
]
