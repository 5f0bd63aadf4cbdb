"""What a member had typed into a form that was refused as a whole page: nothing has to be typed twice.

Beside a part the page with its form stays; this is for browsers without a script, and for whole pages.
"""

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.utils.http import escape_leading_slashes
from msgspec import Struct

# What people write; whatever else a form holds says what it is about, and travels unseen.
_TYPED = frozenset({"name", "new_name", "description", "label", "lines", "link", "q"})
# Forms with a field of such a name count once, or are nobody's business on a page. An `address` is that of
# Spotify's answer, with its code.
_SECRET_WORDS = frozenset({"address", "code", "passphrase", "password", "secret", "state", "token"})
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # a field's name
_MAX_SIGNS = 2_000_000


class KeptField(Struct, frozen=True):
    name: str
    value: str
    is_typed: bool


class KeptForm(Struct, frozen=True):
    """`may_send`: sending it again does no harm; else it is there to be copied."""

    action: str
    fields: tuple[KeptField, ...]
    csrf_token: str
    may_send: bool


def collect_kept_form(request: HttpRequest, *, may_send: bool) -> KeptForm | None:
    """The form that was refused; null for none, or one that nothing was typed into.

    Only of a form that came from a page of ours: a stranger's would be given a token of ours to send it with.
    """
    if request.method != "POST" or not _is_of_our_page(request):
        return None
    form = _read_form(request)
    fields = tuple(
        KeptField(name, value, is_typed=name in _TYPED and bool(value.strip()))
        for name, values in form.lists()
        for value in values
        if name != _TOKEN
    )
    words = {word for field in fields for word in field.name.lower().replace("-", "_").split("_")}
    is_typed = any(field.is_typed for field in fields)
    if not is_typed or words & _SECRET_WORDS or sum(len(field.value) for field in fields) > _MAX_SIGNS:
        return None
    # A file does not come back with the form that named it.
    may_send = may_send and not request.FILES
    # With two slashes it would lead to another host, and take the token there.
    action = escape_leading_slashes(request.get_full_path())
    return KeptForm(action, fields, get_token(request), may_send)


def _read_form(request: HttpRequest) -> QueryDict:
    """Empty where the form itself is what was refused: too large, broken, or cut off."""
    try:
        return request.POST
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return QueryDict()


def _is_of_our_page(request: HttpRequest) -> bool:
    """Also of one that was open for too long: browsers say where a form stood, which no page can change.

    What they say of the site goes before the origin, which they alone give by plain http.
    """
    if getattr(request, "csrf_processing_done", False):
        return True
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    lan = settings.SPOTWEB_LAN_URL
    ours = {settings.SPOTWEB_ORIGIN, *([f"{lan.scheme}://{lan.netloc}"] if lan else [])}
    return request.headers.get("Origin") in ours
