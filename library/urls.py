from django.urls import include, path

from library.saved_pages import saving_views, sync_views, views

app_name = "library"
urlpatterns = [
    path("", include("library.catalogue_urls")),
    path("library/", views.tracks_page, name="tracks"),
    path("library/albums/", views.albums_page, name="albums"),
    path("library/podcasts/", views.shows_page, name="shows"),
    path("library/episodes/", views.episodes_page, name="episodes"),
    path("library/audiobooks/", views.audiobooks_page, name="audiobooks"),
    path("library/artists/", views.artists_page, name="artists"),
    path("library/<str:kind>/uris/", views.chosen_uris, name="uris"),
    path("library/<str:kind>/sync/", sync_views.sync_part, name="sync"),
    path("library/<str:kind>/refresh/", sync_views.refresh, name="refresh"),
    path("library/<str:kind>/pause/", sync_views.pause, name="pause-sync"),
    path("library/<str:kind>/go-on/", sync_views.go_on, name="continue-sync"),
    path("library/saved/", saving_views.set_saved, name="set-saved"),
]
