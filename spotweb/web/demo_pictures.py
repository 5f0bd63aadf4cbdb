"""Covers of the simulated Spotify, handed on by the app: a page that came by https may load none by http."""

import re
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_NAME = re.compile(r"[\w-]{1,80}\.(svg|jpg)", re.ASCII)
_ANSWERS_WITHIN_S = 10
_KEPT_S = 24 * 3600


@login_not_required
@require_safe
def demo_picture(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001  # Django's signature
    if not (settings.IS_DEMO and _NAME.fullmatch(name)):
        raise Http404
    sandbox = urlsplit(settings.SANDBOX_URL)
    connection = HTTPConnection(sandbox.hostname or "", sandbox.port, timeout=_ANSWERS_WITHIN_S)
    try:
        connection.request("GET", f"/images/{name}")
        answer = connection.getresponse()
        picture = answer.read()
    except (OSError, HTTPException) as error:
        raise Http404 from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise Http404
    kind = answer.headers.get("Content-Type")
    return HttpResponse(picture, content_type=kind, headers={"Cache-Control": f"max-age={_KEPT_S}"})
