from django.urls import path

from playlists.add_to_playlist import views as add_views
from playlists.page import edit_views, play_views, views

urlpatterns = [
    path("add-to/", add_views.add_to, name="add-to"),
    path("add-to/lists/", add_views.add_to_lists, name="add-to-lists"),
    path("<str:playlist_id>/", views.playlist_page, name="playlist"),
    path("<str:playlist_id>/rows/", views.rows, name="rows"),
    path("<str:playlist_id>/state/", views.state, name="state"),
    path("<str:playlist_id>/load/", views.load, name="load"),
    path("<str:playlist_id>/changes/", views.changes, name="changes"),
    path("<str:playlist_id>/find/", add_views.find, name="find"),
    path("<str:playlist_id>/add/", add_views.add, name="add"),
    path("<str:playlist_id>/move/", edit_views.move, name="move"),
    path("<str:playlist_id>/remove/", edit_views.remove, name="remove"),
    path("<str:playlist_id>/clear/", edit_views.clear, name="clear"),
    path("<str:playlist_id>/save/", edit_views.save, name="save"),
    path("<str:playlist_id>/undo/", edit_views.undo, name="undo"),
    path("<str:playlist_id>/edit/", edit_views.edit, name="edit"),
    path("<str:playlist_id>/play/", play_views.play, name="play"),
    path("<str:playlist_id>/queue/", play_views.queue, name="queue"),
]
