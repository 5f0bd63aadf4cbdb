"""The menus of rows, which are asked for when they are opened."""

import re
from html import unescape
from urllib.parse import urlencode

from tests.support.people import Person

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def buttons_of(page: str, name: str) -> list[str]:
    """What the rows of a page send that have the menu of this name."""
    found = re.findall(rf'form="menus" name="{name}" value="([^"]+)"', page)
    assert found, f"no row has the menu {name}"
    return [unescape(value) for value in found]


def menu_of(person: Person, name: str, value: str) -> str:
    answer = person.get(f"/menu/?{urlencode({name: value})}", **PART)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return str(answer.text)


def menus_of(person: Person, page: str, name: str) -> str:
    """The menus of all rows of a page."""
    return "".join(menu_of(person, name, value) for value in buttons_of(page, name))


def entries_of(html: str) -> list[str]:
    """The words of the entries; a line between them is an empty one."""
    menu = re.sub(r"<svg.*?</svg>", "", html)
    found = re.findall(r'<hr>|role="menuitem"[^>]*>\s*([^<]+?)\s*</', menu)
    return [unescape(words) for words in found]
