from django.urls import path

from playlists.tools import views as tools_views

urlpatterns = [
    path("<str:playlist_id>/tools/", tools_views.tools_page, name="tools"),
    path("<str:playlist_id>/tools/mirror/forget/", tools_views.forget_mirror, name="forget-mirror"),
    path("<str:playlist_id>/tools/unmake/", tools_views.unmake, name="unmake"),
    path("<str:playlist_id>/tools/<slug:slug>/", tools_views.tool, name="tool"),
]
