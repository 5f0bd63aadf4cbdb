from django.urls import path

from library.browse import views as browse_views
from library.pages import views as thing_views
from library.podcasts import views as podcast_views
from library.saved_pages import export
from library.saved_pages import views as saved_views
from library.search import views as search_views

app_name = "library"
urlpatterns = [
    path("albums/<str:thing_id>/", thing_views.album_page, name="album"),
    path("artists/<str:thing_id>/", thing_views.artist_page, name="artist"),
    path("tracks/<str:thing_id>/", thing_views.track_page, name="track"),
    path("shows/<str:thing_id>/", thing_views.show_page, name="show"),
    path("episodes/<str:thing_id>/", thing_views.episode_page, name="episode"),
    path("audiobooks/<str:thing_id>/", thing_views.audiobook_page, name="audiobook"),
    path("chapters/<str:thing_id>/", thing_views.chapter_page, name="chapter"),
    path("search/", search_views.search_page, name="search"),
    path("share/", search_views.open_shared, name="share"),
    path("search/spotify/", search_views.spotify_part, name="search-spotify"),
    path("search/note/", search_views.record_search, name="note-search"),
    path("search/forget/", search_views.delete_searches, name="forget-searches"),
    path("top/", browse_views.top_page, name="top"),
    path("browse/", browse_views.browse_page, name="browse"),
    path("browse/new/", browse_views.new_releases_page, name="new-releases"),
    path("browse/categories/<str:category_id>/", browse_views.category_page, name="category"),
    path("recommendations/", browse_views.recommendations_page, name="recommendations"),
    path("users/<str:thing_id>/", browse_views.user_page, name="user"),
    path("library/export/", export.export_page, name="export"),
    path("library/export/library.zip", export.export_file, name="export-file"),
    path("library/follow/", saved_views.set_followed, name="follow"),
    path("library/", saved_views.tracks_page, name="tracks"),
    path("library/albums/", saved_views.albums_page, name="albums"),
    path("library/podcasts/", saved_views.shows_page, name="shows"),
    path("library/podcasts/newest/", podcast_views.newest_page, name="newest-episodes"),
    path("library/podcasts/newest/refresh/", podcast_views.refresh_part, name="refresh-episodes"),
    path("library/episodes/", saved_views.episodes_page, name="episodes"),
    path("library/audiobooks/", saved_views.audiobooks_page, name="audiobooks"),
    path("library/artists/", saved_views.artists_page, name="artists"),
    path("library/<str:kind>/uris/", saved_views.selected_uris, name="uris"),
    path("library/<str:kind>/sync/", saved_views.sync_part, name="sync"),
    path("library/<str:kind>/refresh/", saved_views.refresh_sync, name="refresh"),
    path("library/<str:kind>/pause/", saved_views.pause_sync, name="pause-sync"),
    path("library/<str:kind>/go-on/", saved_views.resume_sync, name="continue-sync"),
    path("library/saved/", saved_views.set_saved, name="set-saved"),
]
