from django.urls import path

from playlists.history import views as history_views
from playlists.index import cover_views, following_views, label_views
from playlists.index import detail_views as details_views
from playlists.index import views as list_views

urlpatterns = [
    path("", list_views.list_page, name="list"),
    path("refresh/", list_views.refresh, name="refresh"),
    path("new/", details_views.create, name="create"),
    path("removed/", following_views.removed_page, name="removed"),
    path("follow/", following_views.follow, name="follow"),
    path("labels/", label_views.labels_page, name="labels"),
    path("labels/restore/", label_views.restore_label, name="restore-label"),
    path("labels/<int:pk>/", label_views.label_page, name="label-page"),
    path("labels/<int:pk>/up/", label_views.move_label_up, name="move-label-up"),
    path("labels/<int:pk>/delete/", label_views.delete_label, name="delete-label"),
    path("<slug:playlist_id>/details/", details_views.details, name="details"),
    path("<slug:playlist_id>/cover/", cover_views.cover, name="cover"),
    path("<slug:playlist_id>/label/", label_views.choose_label, name="label"),
    path("<slug:playlist_id>/unfollow/", following_views.unfollow, name="unfollow"),
    path("<slug:playlist_id>/restore/", following_views.restore_list, name="restore-list"),
    path("<slug:playlist_id>/history/", history_views.history_page, name="history"),
    path("<slug:playlist_id>/history/<int:pk>/", history_views.revision_page, name="revision"),
    path("<slug:playlist_id>/history/<int:pk>/restore/", history_views.restore, name="restore"),
]
