"""What a member had typed into a form that was refused as a whole page: nothing has to be typed twice.

Beside a part the page with its form stays; this is for browsers without a script, and for whole pages.
"""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from msgspec import Struct

# What people write; whatever else a form holds says what it is about, and travels unseen.
_TYPED = frozenset({"name", "new_name", "description", "label", "lines", "link", "address", "q"})
# Forms with one of these count once, or are nobody's business on a page.
_SECRET = frozenset({"answer_code", "answer_state", "code", "passphrase", "token"})
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
    fields = tuple(
        KeptField(name, value, is_typed=name in _TYPED and bool(value.strip()))
        for name, values in request.POST.lists()
        for value in values
        if name != _TOKEN
    )
    names = {field.name for field in fields}
    is_typed = any(field.is_typed for field in fields)
    if not is_typed or names & _SECRET or sum(len(field.value) for field in fields) > _MAX_SIGNS:
        return None
    # A file does not come back with the form that named it.
    may_send = may_send and not request.FILES
    return KeptForm(request.get_full_path(), fields, get_token(request), may_send)


def _is_of_our_page(request: HttpRequest) -> bool:
    """Also of one that was open for too long: browsers say where a form stood, which no page can change."""
    is_checked = getattr(request, "csrf_processing_done", False)
    is_same_site = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return bool(is_checked or is_same_site or request.headers.get("Origin") == settings.SPOTWEB_URL.geturl())
