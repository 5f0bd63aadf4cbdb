from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.status import views as status_views
from spotweb import views
from spotweb.web import installation, undo
from spotweb.web.demo_pictures import demo_picture
from spotweb.web.rows.menus import row_menu

_pages: list[URLPattern | URLResolver] = [
    path("", include("home.urls")),
    path("", include("player.urls")),
    path("", include("accounts.urls")),
    path("playlists/", include("playlists.urls")),
    path("", include("library.urls")),
    path("jobs/", include("spotweb.jobs.urls")),
    path("undo/", undo.undo_action, name="undo"),
    path("menu/", row_menu, name="row-menu"),
    path("healthz", status_views.healthz, name="healthz"),
    path("metrics", status_views.metrics, name="metrics"),
    path("favicon.ico", installation.favicon, name="favicon"),
    path("manifest.webmanifest", installation.manifest, name="manifest"),
    path("service-worker.js", installation.service_worker, name="service-worker"),
    path("offline/", installation.offline_page, name="offline"),
    path("demo/images/<str:name>", demo_picture, name="demo-picture"),
    path("encryption/", views.encryption, name="encryption"),
    path("encryption/certificate/", views.certificate, name="certificate"),
    path("privacy/", views.privacy, name="privacy"),
    path("terms/", views.terms, name="terms"),
]
# Routes hold the path of SPOTWEB_URL themselves: so addresses are right in every thread and process.
_path = settings.SPOTWEB_URL.path.removeprefix("/")
urlpatterns = [path(f"{_path}/", include(_pages))] if _path else _pages
handler400 = "spotweb.views.bad_request"
handler403 = "spotweb.views.forbidden"
handler404 = "spotweb.views.not_found"
handler500 = "spotweb.views.server_error"
