from django.urls import path, register_converter

from playlists.add_to_playlist import views as add_views
from playlists.history import views as history_views
from playlists.index import detail_views, label_views
from playlists.index import views as list_views
from playlists.page import edit_views, views
from playlists.palette import views as palette_views
from playlists.sidebar import views as sidebar_views
from playlists.tools import views as tools_views
from playlists.transfer import export_views, import_views, upload_views
from spotweb.web.params import SpotifyIdConverter

app_name = "playlists"
register_converter(SpotifyIdConverter, "spotify_id")
# Fixed names first: a playlist's page takes any word as an id.
urlpatterns = [
    # The list of playlists, and history
    path("", list_views.list_page, name="list"),
    path("refresh/", list_views.refresh_list, name="refresh"),
    path("new/", detail_views.create_playlist, name="create"),
    path("removed/", detail_views.removed_page, name="removed"),
    path("follow/", detail_views.follow_playlist, name="follow"),
    path("palette/", palette_views.palette_part, name="palette"),
    path("sidebar/", sidebar_views.sidebar_part, name="sidebar"),
    path("labels/", label_views.labels_page, name="labels"),
    path("labels/<int:pk>/", label_views.label_page, name="label-page"),
    path("labels/<int:pk>/up/", label_views.move_label_up, name="move-label-up"),
    path("labels/<int:pk>/delete/", label_views.delete_label, name="delete-label"),
    path("<spotify_id:playlist_id>/details/", detail_views.change_details, name="details"),
    path("<spotify_id:playlist_id>/cover/", detail_views.change_cover, name="cover"),
    path("<spotify_id:playlist_id>/pin/", sidebar_views.set_pinned, name="pin"),
    path("<spotify_id:playlist_id>/label/", label_views.choose_label, name="label"),
    path("<spotify_id:playlist_id>/unfollow/", detail_views.unfollow_playlist, name="unfollow"),
    path("<spotify_id:playlist_id>/restore/", detail_views.restore_playlist, name="restore-list"),
    path("<spotify_id:playlist_id>/history/", history_views.history_page, name="history"),
    path("<spotify_id:playlist_id>/history/<int:pk>/", history_views.revision_page, name="revision"),
    path("<spotify_id:playlist_id>/history/<int:pk>/restore/", history_views.restore_page, name="restore"),
    # Import and export
    path("export/", export_views.export_all_page, name="export-all"),
    path("export/start/", export_views.start_export, name="start-export"),
    path("exports/<int:pk>/file/", export_views.export_archive, name="export-archive"),
    path("exports/<int:pk>/cancel/", export_views.cancel_export, name="cancel-export"),
    path("exports/<int:pk>/go-on/", export_views.resume_export, name="go-on-with-export"),
    path("exports/<int:pk>/forget/", export_views.delete_export, name="forget-export"),
    path("import/", import_views.import_page, name="import"),
    path("import/files/<int:pk>/", upload_views.upload_page, name="import-upload"),
    path("import/files/<int:pk>/start/", upload_views.start_lists, name="start-lists"),
    path("import/files/<int:pk>/remove/", upload_views.delete_upload, name="remove-upload"),
    path("import/files/<int:pk>/<int:file_pk>/columns/", upload_views.set_columns, name="set-columns"),
    path("imports/<int:pk>/", import_views.run_page, name="import-run"),
    path("imports/<int:pk>/save/cancel/", import_views.cancel_save, name="cancel-import-save"),
    path("imports/<int:pk>/save/go-on/", import_views.resume_save, name="go-on-with-import-save"),
    path("imports/<int:pk>/cancel/", import_views.cancel_import, name="cancel-import"),
    path("imports/<int:pk>/go-on/", import_views.resume_import, name="go-on-with-import"),
    path("imports/<int:pk>/forget/", import_views.hide_import, name="forget-import"),
    path("imports/<int:pk>/guesses/", import_views.accept_guesses, name="take-guesses"),
    path("imports/<int:pk>/guesses/undo/", import_views.reject_guesses, name="give-guesses-back"),
    path("imports/<int:pk>/add/", import_views.add_import, name="add-import"),
    path("imports/<int:pk>/lines/<int:number>/", import_views.line_page, name="import-line"),
    path("imports/<int:pk>/lines/<int:number>/choose/", import_views.choose_item, name="choose-line"),
    path("imports/<int:pk>/lines/<int:number>/leave/", import_views.leave_line_out, name="leave-out-line"),
    path("imports/<int:pk>/lines/<int:number>/reconsider/", import_views.reopen_line, name="reconsider-line"),
    path("<spotify_id:playlist_id>/export/", export_views.export_page, name="export"),
    path("<spotify_id:playlist_id>/export/<str:form>/", export_views.export_file, name="export-file"),
    # Tools
    path("<spotify_id:playlist_id>/tools/", tools_views.tools_page, name="tools"),
    path("<spotify_id:playlist_id>/tools/mirror/forget/", tools_views.delete_mirror, name="forget-mirror"),
    path("<spotify_id:playlist_id>/tools/<slug:slug>/", tools_views.tool_page, name="tool"),
    # The page of a playlist
    path("add-to/", add_views.add_to_dialog, name="add-to"),
    path("add-to/lists/", add_views.add_to_lists, name="add-to-lists"),
    path("<spotify_id:playlist_id>/", views.playlist_page, name="playlist"),
    path("<spotify_id:playlist_id>/rows/", views.rows_part, name="rows"),
    path("<spotify_id:playlist_id>/state/", views.state_part, name="state"),
    path("<spotify_id:playlist_id>/resume/", views.resume_reading, name="resume-reading"),
    path("<spotify_id:playlist_id>/load/", views.load_newest, name="load"),
    path("<spotify_id:playlist_id>/changes/", views.changes_dialog, name="changes"),
    path("<spotify_id:playlist_id>/find/", add_views.search_items, name="find"),
    path("<spotify_id:playlist_id>/add/", add_views.add_links, name="add"),
    path("<spotify_id:playlist_id>/move/", edit_views.move_rows, name="move"),
    path("<spotify_id:playlist_id>/remove/", edit_views.remove_rows, name="remove"),
    path("<spotify_id:playlist_id>/clear/", edit_views.clear_rows, name="clear"),
    path("<spotify_id:playlist_id>/save/", edit_views.save_rows, name="save"),
    path("<spotify_id:playlist_id>/edit/", edit_views.manage_edit, name="edit"),
    path("<spotify_id:playlist_id>/play/", views.play_rows, name="play"),
    path("<spotify_id:playlist_id>/play-from/", views.play_from_row, name="play-from"),
    path("<spotify_id:playlist_id>/play-all/", views.play_list, name="play-list"),
    path("<spotify_id:playlist_id>/queue/", views.queue_rows, name="queue"),
]
