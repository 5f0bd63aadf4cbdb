"""What lets a browser install the household as an app: its manifest, its service worker, and a page
for when the box cannot be reached.

Browsers take all of it only where the connection is secure (https, or the box itself).
"""

import json
from hashlib import blake2b

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

# The surfaces of static/css/base/tokens.css; a manifest cannot know the theme.
_PAPER, _WALNUT = "#f5efe4", "#3a271b"
# What the page without a box consists of. Nothing else is kept, least of all what a member was shown.
_OFFLINE_FILES = (
    "css/app.css",
    "js/pages/offline.js",
    "icons/mark.svg",
    "vendor/familjen-grotesk/familjen-grotesk-latin-wght-normal.woff2",
)


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Lead what reads no page (bookmarks, feed readers, some browsers) to the icon."""
    return redirect(static("icons/app-192.png"))


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    home = reverse("home")
    icons = [
        {"src": static("icons/app-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icons/app-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("icons/app-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    queue = {"name": _("Queue"), "url": f"{reverse('player:now')}#queue", "icons": icons[:1]}
    search = {"name": _("Search"), "url": reverse("library:search"), "icons": icons[:1]}
    facts = {
        "id": home,
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _WALNUT,
        "categories": ["music"],
        "icons": icons,
        "shortcuts": [queue, search],
        # “Share” in Spotify's app: the link stands in `text` on Android, in `url` elsewhere.
        "share_target": {
            "action": reverse("library:share"),
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Beside the start page, since a worker serves only what lies below its own address."""
    files = [static(name) for name in _OFFLINE_FILES]
    offline = reverse("offline")
    # Another version of the app, or other words, make another cache; the old one is deleted.
    version = blake2b(json.dumps([settings.VERSION, settings.SITE_NAME, *files]).encode(), digest_size=6)
    # Other apps of the same host have their caches beside it, and may be another household.
    own = f"offline {reverse('home')} "
    facts = {"own": own, "cache": own + version.hexdigest(), "offline": offline, "files": files}
    script = render_to_string("layout/service_worker.js", {"facts": mark_safe(json.dumps(facts))})  # noqa: S308  # ours
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """The same for everybody, and without anything of a member: the browser keeps it."""
    return HttpResponse(render_to_string("layout/offline.html", {"site_name": settings.SITE_NAME}))
