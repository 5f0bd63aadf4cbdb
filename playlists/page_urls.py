from django.urls import path

from playlists import views

urlpatterns = [
    path("<str:playlist_id>/", views.playlist_page, name="playlist"),
    path("<str:playlist_id>/rows/", views.rows, name="rows"),
    path("<str:playlist_id>/state/", views.state, name="state"),
    path("<str:playlist_id>/load/", views.load, name="load"),
    path("<str:playlist_id>/changes/", views.changes, name="changes"),
]
