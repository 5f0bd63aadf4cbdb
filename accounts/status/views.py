import hmac

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.status.facts import read_status
from accounts.status.metrics import render_metrics
from spotweb import health

_REFUSAL = (
    "This says more than whether the household works. Sign in as its owner, or set STATUS_TOKEN and send "
    "“Authorization: Bearer” with it.\n"
)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For whatever watches the box: 200 when all works, else 503 with the reasons; as JSON when asked for.

    `?part=web` leaves the worker out, for a host that runs the web server alone. `?full` is `facts.Status`
    as JSON, for the owner and for who has the token.
    """
    response = _show_status(request) if "full" in request.GET else _show_health(request)
    # The change was said when it was found; else each look would leave a line of its own.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # as Django asks for it
    return response


def _show_health(request: HttpRequest) -> HttpResponse:
    troubles = health.find_troubles(with_worker=request.GET.get("part") != "web")
    status = 503 if troubles else 200
    if request.get_preferred_type(["text/plain", "application/json"]) == "application/json":
        reasons = [{"code": code, "text": text} for code, text in troubles.items()]
        return JsonResponse({"status": "trouble" if troubles else "ok", "reasons": reasons}, status=status)
    lines = [f"{text} ({code})" for code, text in troubles.items()] or ["ok"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=status)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In Prometheus' text format, for the owner and for who has the token; 200 even in trouble."""
    if not _may_watch(request):
        return _refuse()
    return HttpResponse(render_metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _show_status(request: HttpRequest) -> HttpResponse:
    if not _may_watch(request):
        return _refuse()
    status = read_status()
    body = msgspec.json.format(msgspec.json.encode(status), indent=2)
    return HttpResponse(body + b"\n", content_type="application/json", status=503 if status.reasons else 200)


def _may_watch(request: HttpRequest) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    token = settings.STATUS_TOKEN
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(shown.strip().encode(), token.encode())
    try:
        return bool(getattr(request.user, "is_owner", False))
    except DatabaseError:  # who asks cannot be known now
        return False


def _refuse() -> HttpResponse:
    response = HttpResponse(_REFUSAL, content_type="text/plain; charset=utf-8", status=403)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
