"""Counts failed tries of what could be guessed, by the address they came from, for ten minutes.

allauth's own limits count every request; here a member who does everything right is never in the way.
"""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

TOO_MANY_TRIES = _("Too many tries. Wait ten minutes.")
MAX_FAILURES = 20
PERIOD_S = 600


def may_try(request: HttpRequest, kind: str) -> bool:
    return int(cache.get(_get_key(request, kind)) or 0) < MAX_FAILURES


def record_failure(request: HttpRequest, kind: str) -> None:
    key = _get_key(request, kind)
    if not cache.add(key, 1, PERIOD_S):
        try:
            cache.incr(key)
        except ValueError:  # its time has just run out
            cache.set(key, 1, PERIOD_S)


def _get_key(request: HttpRequest, kind: str) -> str:
    """Behind a proxy it is one address for all, and the limit one for the household."""
    return "attempts:" + salted_hmac(kind, request.META.get("REMOTE_ADDR", "")).hexdigest()
