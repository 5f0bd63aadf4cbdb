from django.urls import include, path

app_name = "playlists"
# Fixed names first: a playlist's page takes any word as an id.
urlpatterns = [
    path("", include("playlists.list_urls")),
    path("", include("playlists.transfer_urls")),
    path("", include("playlists.tools_urls")),
    path("", include("playlists.page_urls")),
]
