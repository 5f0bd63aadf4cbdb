"""Spotify's answer to a sign-in, brought by the member: an address copied from a page that did not open.

Spotify leads back to http addresses of the box itself alone. A phone has no app there: its browser says that
it cannot open the page, and the address of that page holds what the callback needs. `read_answer` takes it
from what was pasted, `record_start` and `check_state` say whether it belongs to a sign-in of this browser.
"""

import re
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.provider import redirect_uri

# A code of Spotify's has some 300 signs; what is far longer is a page, not an address.
MAX_LENGTH = 4096
# As long as allauth keeps the other half of a sign-in.
LIFETIME_S = 600
_MAX_REMEMBERED = 20
_STARTED = "sign_ins_started"
_KEPT = ("code", "state", "error")

Text = str | Promise


class CannotUsePaste(ValueError):
    """What was pasted does not end a sign-in of this browser; `text` says why, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = str(text)


class _Start(NamedTuple):
    began_at: float
    is_used: bool


def read_answer(text: str, *, own_hosts: set[str]) -> QueryDict:
    """Spotify's answer: state, and code or error. `own_hosts` are those that serve the callback.

    Raises CannotUsePaste.
    """
    text = text.strip()
    if not text:
        raise CannotUsePaste(
            _("Nothing was pasted. Copy the address of the page that didn’t open, and paste it.")
        )
    if len(text) > MAX_LENGTH:
        raise CannotUsePaste(
            _("That’s too long for an address. Copy only what the browser’s address bar shows.")
        )
    parts = _find_address(text)
    if parts is None:
        raise CannotUsePaste(
            _("That isn’t an address. Copy all that the address bar shows; it begins with %(address)s")
            % {"address": redirect_uri()}
        )
    _check_place(parts, own_hosts)
    return _pick_answer(parts.query)


def join_answer(code: str, state: str) -> QueryDict:
    """The same from two fields. Raises CannotUsePaste."""
    if max(len(code), len(state)) > MAX_LENGTH:
        raise CannotUsePaste(
            _("That’s too long. Copy only what follows “code=” and “state=” in the address.")
        )
    answer = QueryDict(mutable=True)
    answer.update({"code": _strip_name(code, "code"), "state": _strip_name(state, "state")})
    return _pick_answer(answer.urlencode())


def record_start(request: HttpRequest, state: str) -> None:
    """Remember that a sign-in with this state was started in this browser."""
    starts = _get_starts(request)
    starts[state] = _Start(time.time(), is_used=False)
    _store_starts(request, starts)


def record_use(request: HttpRequest, state: str) -> None:
    """Remember that its answer has arrived."""
    starts = _get_starts(request)
    if start := starts.get(state):
        starts[state] = start._replace(is_used=True)
        _store_starts(request, starts)


def check_state(request: HttpRequest, state: str) -> None:
    """Raises CannotUsePaste unless a sign-in with this state waits in this browser."""
    start = _get_starts(request).get(state)
    if start is None:
        raise CannotUsePaste(
            _(
                "This address belongs to a sign-in that was started in another browser or tab window. Press "
                "“Sign in with Spotify” here, and copy the new address."
            )
        )
    if start.is_used:
        raise CannotUsePaste(
            _("This address has been used already, and counts once. Press “Sign in with Spotify” again.")
        )
    if time.time() - start.began_at > LIFETIME_S:
        raise CannotUsePaste(
            _("This address is more than ten minutes old. Press “Sign in with Spotify” again.")
        )


def _find_address(text: str) -> SplitResult | None:
    """Browsers that show addresses without http:// copy them so, and some copy words around them."""
    text = text.strip(" \t\r\n\"'<>“”„")
    found = re.search(r"https?://[^\s\"'<>“”]+", text, re.IGNORECASE)
    # A long address may have been broken into lines.
    address = found[0] if found and " " in text else re.sub(r"\s+", "", text)
    if re.match(r"\??(code|state|error)=", address):
        return urlsplit(f"{redirect_uri()}?{address.removeprefix('?')}")
    if not re.match(r"https?://", address, re.IGNORECASE):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        return parts if parts.hostname and re.search(r"[.:]", parts.netloc) and parts.port != 0 else None
    except ValueError:
        return None


def _check_place(parts: SplitResult, own_hosts: set[str]) -> None:
    callback = urlsplit(redirect_uri())
    netloc = parts.netloc.lower()
    is_own = netloc in {callback.netloc, *own_hosts}
    if is_own and parts.path.rstrip("/") == callback.path.rstrip("/"):
        return
    if is_own:
        raise CannotUsePaste(
            _("That’s the address of this page. Copy the one of the page that didn’t open, in the other tab.")
        )
    if netloc == urlsplit(settings.SPOTIFY_ACCOUNTS_URL).netloc or netloc.endswith("spotify.com"):
        raise CannotUsePaste(
            _(
                "That’s Spotify’s own page. Press “Agree” there first; then copy the address of the page "
                "that doesn’t open."
            )
        )
    raise CannotUsePaste(
        _("That’s the address of another app or site. The one that is needed begins with %(address)s")
        % {"address": redirect_uri()}
    )


def _pick_answer(query: str) -> QueryDict:
    """Nothing but what Spotify says: further fields of an address could steer the callback."""
    fields: Mapping[str, list[str]] = parse_qs(query)
    answer = QueryDict(mutable=True)
    answer.update({name: fields[name][-1].strip() for name in _KEPT if fields.get(name)})
    if not answer.get("state"):
        raise CannotUsePaste(_("The address is cut off: “state=” is missing. Copy all of it, to its end."))
    if not answer.get("code") and not answer.get("error"):
        raise CannotUsePaste(_("The address is cut off: “code=” is missing. Copy all of it, from its start."))
    return answer


def _strip_name(value: str, name: str) -> str:
    """“code=AQ…&” is what people select."""
    return value.strip().lstrip("?&").removeprefix(f"{name}=").rstrip("&")


def _get_starts(request: HttpRequest) -> dict[str, _Start]:
    kept = request.session.get(_STARTED)
    return {state: _Start(*start) for state, start in kept.items()} if isinstance(kept, dict) else {}


def _store_starts(request: HttpRequest, starts: dict[str, _Start]) -> None:
    newest = sorted(starts.items(), key=lambda item: item[1].began_at)[-_MAX_REMEMBERED:]
    request.session[_STARTED] = {state: list(start) for state, start in newest}
