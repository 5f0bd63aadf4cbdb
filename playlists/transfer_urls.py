"""Importing and exporting playlists."""

from django.urls import path

from playlists.transfer import export_views, import_views

urlpatterns = [
    path("export/", export_views.export_all_page, name="export-all"),
    path("export/start/", export_views.start_export, name="start-export"),
    path("exports/<int:pk>/file/", export_views.export_archive, name="export-archive"),
    path("exports/<int:pk>/cancel/", export_views.cancel_export, name="cancel-export"),
    path("exports/<int:pk>/go-on/", export_views.go_on_with_export, name="go-on-with-export"),
    path("exports/<int:pk>/forget/", export_views.forget_export, name="forget-export"),
    path("import/", import_views.import_page, name="import"),
    path("imports/<int:pk>/", import_views.run_page, name="import-run"),
    path("imports/<int:pk>/cancel/", import_views.cancel, name="cancel-import"),
    path("imports/<int:pk>/go-on/", import_views.go_on, name="go-on-with-import"),
    path("imports/<int:pk>/forget/", import_views.forget, name="forget-import"),
    path("imports/<int:pk>/put-back/", import_views.put_back, name="put-import-back"),
    path("imports/<int:pk>/guesses/", import_views.take_guesses, name="take-guesses"),
    path("imports/<int:pk>/guesses/undo/", import_views.give_guesses_back, name="give-guesses-back"),
    path("imports/<int:pk>/add/", import_views.add, name="add-import"),
    path("imports/<int:pk>/lines/<int:number>/", import_views.line, name="import-line"),
    path("imports/<int:pk>/lines/<int:number>/choose/", import_views.choose, name="choose-line"),
    path("imports/<int:pk>/lines/<int:number>/leave/", import_views.leave_out, name="leave-out-line"),
    path("imports/<int:pk>/lines/<int:number>/reconsider/", import_views.reconsider, name="reconsider-line"),
    path("<str:playlist_id>/export/", export_views.export, name="export"),
    path("<str:playlist_id>/export/<str:form>/", export_views.export_file, name="export-file"),
]
