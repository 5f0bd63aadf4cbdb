"""Asking for parts of the player page as htmx does, and reading what they show."""

import re
from html import unescape

from django.http import HttpResponse

from player.playback import refresh
from tests.support.people import Person

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://testserver/"}


def poll(person: Person, tag: str = "") -> HttpResponse:
    return person.get("/player/", **PART, **({"HX-PTag": tag} if tag else {}))


def look_again(person: Person) -> HttpResponse:
    """A poll for which Spotify is asked, whatever is known."""
    refresh.request_refresh(person.member)
    return poll(person)


def act(person: Person, name: str, /, **values: object) -> HttpResponse:
    return person.post(f"/player/{name}/", values, **PART)


def attribute(answer: HttpResponse, element: str, name: str) -> str | None:
    """An attribute of the element with this id; None when it has none."""
    tag = re.search(rf'<[a-z0-9]+ [^>]*\bid="{re.escape(element)}"[^>]*>', answer.text)
    assert tag, f"no #{element} in {answer.text[:300]}"
    found = re.search(rf'\s{name}(?:="([^"]*)")?(?=[\s>])', tag[0])
    return unescape(found[1] or "") if found else None


def tag_of(answer: HttpResponse) -> str:
    return attribute(answer, "player", "data-tag") or ""


def title_of(answer: HttpResponse) -> str:
    return unescape(re.search(r"<h1[^>]*>(?:<a|<span)[^>]*>(.*?)</", answer.text, re.DOTALL)[1])


def rows(answer: HttpResponse) -> list[str]:
    """The titles of the queue."""
    return titles(answer.text.split('id="queue"', 1)[1].split('id="devices"', 1)[0])


def titles(text: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'item-row__title"><\w+[^>]*>([^<]*)</', text)]


def words(text: str) -> str:
    """What is left of this without its elements."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def toast(answer: HttpResponse) -> str:
    """What its last toast says; empty without one."""
    return words(answer.text.split('hx-target="#toasts"')[-1]) if "#toasts" in answer.text else ""


def first_device(answer: HttpResponse) -> str:
    """The first device that a question for one offers."""
    return answer.text.split('id="choose-1" name="device_id" value="', 1)[1].split('"', 1)[0]
