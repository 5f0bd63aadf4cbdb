from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Member


class MemberRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware."""

    user: Member  # type: ignore[assignment]  # Django types it as any user; behind the middleware it is ours
    htmx: HtmxDetails
