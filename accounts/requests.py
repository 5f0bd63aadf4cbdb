from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Member


class MemberRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware."""

    user: Member
    htmx: HtmxDetails
