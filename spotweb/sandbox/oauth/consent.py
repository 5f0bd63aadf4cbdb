"""The accounts service's pages: who are you, and may this app do that?

A request that names a wrong app or address is answered here and never sent back to the app, because nobody
knows yet that the address is the app's. The first hop of a browser without a login is a redirect to /login,
whatever the request says, so that nothing can be found out without a person.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from spotweb.sandbox.core.messages import Refusal, Reply, Request, redirect_reply, text_reply
from spotweb.sandbox.model.grants import ALL_SCOPES
from spotweb.sandbox.world.world import World

_PAGES = Path(__file__).with_name("pages")
_PAGE, _PERSON = ((_PAGES / name).read_text() for name in ("consent.html", "person.html"))
STYLESHEET = (_PAGES / "consent.css").read_text()
COOKIE = "simulated_spotify"
_LOOPBACK = {"127.0.0.1", "::1"}


@dataclass(slots=True, frozen=True, kw_only=True)
class AuthorizeRequest:
    """What an app asks for; checked."""

    client_id: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str
    must_ask: bool


def show_authorize(world: World, request: Request) -> Reply:
    """GET /authorize."""
    member = _logged_in(world, request)
    if not member:
        return redirect_reply(f"/login?{request.query_string}")
    wish = _check(world, request.query)
    if not wish.must_ask and world.grants.has_approved(wish.client_id, member, wish.scopes):
        return _grant(world, wish, member)
    return _page(world, wish, request.query_string, chosen=member)


def show_login(world: World, request: Request) -> Reply:
    """GET /login: the same question, for somebody the browser does not know yet."""
    return _page(world, _check(world, request.query), request.query_string, chosen="")


def answer_consent(world: World, request: Request) -> Reply:
    """POST /authorize: what the person said. The app's wish stands in the query, as it was asked."""
    wish, form = _check(world, request.query), request.form()
    if form.get("answer") != "agree":
        return _send_back(wish, {"error": "access_denied"})
    member = form.get("member", "")
    if member not in world.members:
        return _page(world, wish, request.query_string, chosen="", is_incomplete=True)
    world.grants.approve(wish.client_id, member, wish.scopes)
    reply = _grant(world, wish, member)
    cookie = world.grants.log_in(member)
    reply.headers.append(
        ("Set-Cookie", f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000")
    )
    return reply


def log_out(_world: World, _request: Request) -> Reply:
    """GET /logout: forget who uses this browser."""
    reply = redirect_reply("/status")
    reply.headers.append(("Set-Cookie", f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"))
    return reply


def _logged_in(world: World, request: Request) -> str:
    member = world.grants.logins.get(request.cookie(COOKIE), "")
    return member if member in world.members else ""


def _refuse(text: str) -> Refusal:
    return Refusal(text_reply(text, status=400))


def _check(world: World, query: dict[str, str]) -> AuthorizeRequest:
    if query.get("client_id", "") not in world.apps:
        raise _refuse("INVALID_CLIENT: Invalid client")
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_uri:
        raise _refuse("INVALID_CLIENT: Missing redirect_uri")
    _check_redirect_uri(redirect_uri, registered=world.redirect_uris)
    if query.get("response_type", "") != "code":
        raise _refuse("response_type must be code")
    scopes = tuple(dict.fromkeys(query.get("scope", "").split()))
    if any(scope not in ALL_SCOPES for scope in scopes):
        raise _refuse("INVALID_SCOPE: Invalid scope")
    challenge = query.get("code_challenge", "")
    if challenge and query.get("code_challenge_method") != "S256":
        raise _refuse("code_challenge_method must be S256")
    if query.get("code_challenge_method") and not challenge:
        raise _refuse("code_challenge required")
    return AuthorizeRequest(
        client_id=query["client_id"],
        redirect_uri=redirect_uri,
        state=query.get("state", ""),
        scopes=scopes,
        challenge=challenge,
        must_ask=query.get("show_dialog", "") == "true",
    )


def _check_redirect_uri(uri: str, *, registered: list[str]) -> None:
    """Exact, except that an address of this machine may be registered without its port."""
    parts = urlsplit(uri)
    is_loopback = parts.hostname in _LOOPBACK
    if parts.hostname == "localhost" or (parts.scheme != "https" and not is_loopback):
        raise _refuse("INVALID_CLIENT: Insecure redirect URI")
    portless = parts._replace(
        netloc=f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    )
    if uri not in registered and not (is_loopback and portless.geturl() in registered):
        raise _refuse("INVALID_CLIENT: Invalid redirect URI")


def _grant(world: World, wish: AuthorizeRequest, member: str) -> Reply:
    code = world.grants.new_code(
        client_id=wish.client_id,
        member=member,
        scopes=list(wish.scopes),
        redirect_uri=wish.redirect_uri,
        challenge=wish.challenge,
    )
    return _send_back(wish, {"code": code})


def _send_back(wish: AuthorizeRequest, answers: dict[str, str]) -> Reply:
    if wish.state:
        answers["state"] = wish.state
    mark = "&" if urlsplit(wish.redirect_uri).query else "?"
    return redirect_reply(f"{wish.redirect_uri}{mark}{urlencode(answers)}", status=302)


def _page(
    world: World, wish: AuthorizeRequest, query: str, *, chosen: str, is_incomplete: bool = False
) -> Reply:
    scopes = "".join(f"<li>{escape(ALL_SCOPES[scope])}</li>" for scope in wish.scopes)
    people = "".join(_person(world, key, is_chosen=key == chosen) for key in world.members)
    body = _PAGE.format(
        app=escape(wish.client_id),
        action=escape(f"/authorize?{query}"),
        scopes=scopes or "<li>See the account’s public details</li>",
        people=people,
        complaint='<p class="complaint" role="alert">Choose who you are first.</p>' if is_incomplete else "",
        host=escape(urlsplit(wish.redirect_uri).netloc),
    )
    reply = text_reply(body, content_type="text/html; charset=utf-8")
    reply.headers += [
        ("Cache-Control", "no-store"),
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
        ),
    ]
    return reply


def _person(world: World, key: str, *, is_chosen: bool) -> str:
    member = world.members[key]
    remark = "" if key in world.allowlist or not world.is_development else " · not on the app’s list of users"
    return _PERSON.format(
        key=escape(key),
        name=escape(member.display_name),
        product=member.product.capitalize(),
        remark=remark,
        checked=" checked" if is_chosen else "",
        initial=escape(member.display_name[:1]),
    )
