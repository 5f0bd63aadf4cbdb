"""The accounts service's pages: who are you, and may this app do that?

A request that names a wrong app or address is answered here and never sent back to the app, because nobody
knows yet that the address is the app's. The first hop of a browser without a login is a redirect to /login,
whatever the request says, so that nothing can be found out without a person.
"""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from spotweb.sandbox.grants import ALL_SCOPES
from spotweb.sandbox.wire import Refusal, Reply, Request, redirect, text_reply
from spotweb.sandbox.world import World

COOKIE = "simulated_spotify"
_LOOPBACK = {"127.0.0.1", "::1"}


@dataclass(slots=True, frozen=True, kw_only=True)
class Wish:
    """What an app asks for; checked."""

    client_id: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str
    must_ask: bool


def authorize(world: World, request: Request) -> Reply:
    """GET /authorize."""
    member = _logged_in(world, request)
    if not member:
        return redirect(f"/login?{request.query_string}")
    wish = _check(world, request.query)
    if not wish.must_ask and world.grants.has_approved(wish.client_id, member, wish.scopes):
        return _grant(world, wish, member)
    return _page(world, wish, request.query_string, chosen=member)


def login(world: World, request: Request) -> Reply:
    """GET /login: the same question, for somebody the browser does not know yet."""
    return _page(world, _check(world, request.query), request.query_string, chosen="")


def answer(world: World, request: Request) -> Reply:
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


def logout(_world: World, _request: Request) -> Reply:
    """GET /logout: forget who uses this browser."""
    reply = redirect("/status")
    reply.headers.append(("Set-Cookie", f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"))
    return reply


def _logged_in(world: World, request: Request) -> str:
    member = world.grants.logins.get(request.cookie(COOKIE), "")
    return member if member in world.members else ""


def _refuse(text: str) -> Refusal:
    return Refusal(text_reply(text, status=400))


def _check(world: World, query: dict[str, str]) -> Wish:
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
    return Wish(
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


def _grant(world: World, wish: Wish, member: str) -> Reply:
    code = world.grants.new_code(
        client_id=wish.client_id,
        member=member,
        scopes=list(wish.scopes),
        redirect_uri=wish.redirect_uri,
        challenge=wish.challenge,
    )
    return _send_back(wish, {"code": code})


def _send_back(wish: Wish, answers: dict[str, str]) -> Reply:
    if wish.state:
        answers["state"] = wish.state
    mark = "&" if urlsplit(wish.redirect_uri).query else "?"
    return redirect(f"{wish.redirect_uri}{mark}{urlencode(answers)}", status=302)


def _page(world: World, wish: Wish, query: str, *, chosen: str, is_incomplete: bool = False) -> Reply:
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


_PERSON = """<li><label class="person"><input type="radio" name="member" value="{key}" required{checked}>
<span class="disc" aria-hidden="true">{initial}</span>
<span class="name">{name}</span><span class="about">{product}{remark}</span></label></li>
"""
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Allow access? · Simulated Spotify</title><link rel="stylesheet" href="/consent.css"></head>
<body><main>
<p class="sign">Simulated Spotify</p>
<h1>Allow access to an account?</h1>
<p>The app <strong>{app}</strong> asks. Nothing here is real: these accounts are made up, and no password is needed.</p>
<form method="post" action="{action}">
{complaint}<fieldset><legend>Who are you?</legend><ul class="people">
{people}</ul></fieldset>
<section><h2>The app may then</h2><ul class="scopes">{scopes}</ul></section>
<div class="buttons"><button class="main" name="answer" value="agree">Agree</button>
<button name="answer" value="cancel" formnovalidate>Cancel</button></div>
<p class="small">Either way you go back to {host}.</p>
</form></main></body></html>
"""
STYLESHEET = """:root { color-scheme: light dark;
  --paper: light-dark(#eef1f4, #14181c); --card: light-dark(#fff, #1d2329); --ink: light-dark(#1b2229, #e8edf2);
  --ink-2: light-dark(#505c68, #a7b3bf); --line: light-dark(#ccd4dc, #37414b); --main: light-dark(#1f4f86, #8fc1f7);
  --on-main: light-dark(#fff, #0d1b2a); --bad: light-dark(#9b1c1c, #ffa3a3); }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; min-height: 100vh; display: grid; place-items: center; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(32rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: clamp(1.25rem, 5vw, 2.25rem); }
.sign { display: inline-block; margin: 0 0 1rem; padding: .2rem .6rem; border: 1px dashed var(--ink-2); border-radius: 4px;
  color: var(--ink-2); font-size: .8rem; font-weight: 600; letter-spacing: .04em; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.2; } h2, legend { font-size: 1rem; font-weight: 650; margin: 0; padding: 0; }
p { margin: 0 0 1rem; color: var(--ink-2); } strong { color: var(--ink); }
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; min-width: 0; } ul { margin: .5rem 0 0; padding: 0; list-style: none; }
.person { display: grid; grid-template-columns: auto auto 1fr; column-gap: .75rem; align-items: center; min-height: 3.25rem;
  padding: .4rem .75rem; border: 1px solid var(--line); border-radius: 8px; margin-bottom: .4rem; cursor: pointer; }
.person:has(:checked) { border-color: var(--main); box-shadow: inset 0 0 0 1px var(--main); }
.person input { grid-row: 1 / 3; width: 1.1rem; height: 1.1rem; accent-color: var(--main); margin: 0; }
.disc { grid-row: 1 / 3; width: 2.2rem; height: 2.2rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--paper); font-weight: 650; }
.name { font-weight: 600; align-self: end; } .about { grid-column: 3; color: var(--ink-2); font-size: .875rem; align-self: start; }
.scopes { columns: 1; margin-bottom: 1.5rem; } .scopes li { padding-left: 1.1rem; position: relative; color: var(--ink-2); }
.scopes li::before { content: "–"; position: absolute; left: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-bottom: 1rem; }
button { flex: 1 1 9rem; min-height: 2.9rem; border-radius: 8px; border: 1px solid var(--ink-2); background: none; color: var(--ink);
  font: inherit; font-weight: 600; cursor: pointer; }
button.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; } .person:focus-within { outline: 3px solid var(--main); outline-offset: 1px; }
.person input:focus-visible { outline: none; } .small { font-size: .875rem; margin: 0; } .complaint { color: var(--bad); font-weight: 600; }
"""
