"""Pages of the catalogue: albums, artists, tracks, podcasts, audiobooks; and following."""

from django.urls import path

from library.browse import top_views
from library.browse import views as shopwindow_views
from library.pages import spoken_views
from library.pages import views as catalogue_views
from library.saved_pages import export_views, following_views
from library.search import views as search_views

urlpatterns = [
    path("albums/<str:thing_id>/", catalogue_views.album_page, name="album"),
    path("artists/<str:thing_id>/", catalogue_views.artist_page, name="artist"),
    path("tracks/<str:thing_id>/", catalogue_views.track_page, name="track"),
    path("shows/<str:thing_id>/", spoken_views.show_page, name="show"),
    path("episodes/<str:thing_id>/", spoken_views.episode_page, name="episode"),
    path("audiobooks/<str:thing_id>/", spoken_views.audiobook_page, name="audiobook"),
    path("chapters/<str:thing_id>/", spoken_views.chapter_page, name="chapter"),
    path("search/", search_views.search_page, name="search"),
    path("search/spotify/", search_views.spotify_part, name="search-spotify"),
    path("search/note/", search_views.note_search, name="note-search"),
    path("search/forget/", search_views.forget_searches, name="forget-searches"),
    path("top/", top_views.top_page, name="top"),
    path("browse/", shopwindow_views.browse_page, name="browse"),
    path("browse/new/", shopwindow_views.new_releases_page, name="new-releases"),
    path("browse/categories/<str:category_id>/", shopwindow_views.category_page, name="category"),
    path("recommendations/", shopwindow_views.recommendations_page, name="recommendations"),
    path("users/<str:thing_id>/", shopwindow_views.user_page, name="user"),
    path("library/export/", export_views.export_page, name="export"),
    path("library/export/library.zip", export_views.export_file, name="export-file"),
    path("library/follow/", following_views.follow, name="follow"),
]
