"""What is new in each version, from the changelog: for members, and what only whoever runs the app needs."""

import re
from datetime import date
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from msgspec import Struct

FOR_HOSTS = "For hosts"
# Long, and looked through for one thing that was wrong.
_FOLDED = {"Fixed", FOR_HOSTS}
_VERSION = re.compile(r"^## (?P<name>\S+)(?: \((?P<day>\d{4}-\d\d-\d\d)\))?$", re.MULTILINE)
_SECTION = re.compile(r"^### (.+)$", re.MULTILINE)
# The docs lie on the box, where no link of a page leads.
_DOCS = re.compile(r"\[([^\]]+)\]\(docs/[^)]*\)")
_DOCS_IN_BRACKETS = re.compile(r"\s\(\[docs/[^\]]+\]\(docs/[^)]*\)\)")


class NewsSection(Struct, frozen=True, kw_only=True):
    """`title` is empty for what no heading stands over."""

    title: str
    html: SafeString
    is_folded: bool


class VersionNews(Struct, frozen=True, kw_only=True):
    """`day` is null before the version is out."""

    name: str
    day: date | None
    sections: tuple[NewsSection, ...]


def list_news(*, is_for_hosts: bool) -> list[VersionNews]:
    """Return all versions that have something to say, newest first."""
    versions = []
    for version in _read_news():
        sections = tuple(one for one in version.sections if is_for_hosts or one.title != FOR_HOSTS)
        if sections:
            versions.append(VersionNews(name=version.name, day=version.day, sections=sections))
    return versions


@cache
def _read_news() -> tuple[VersionNews, ...]:
    text = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    headings = list(_VERSION.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return tuple(
        VersionNews(
            name=heading["name"],
            day=date.fromisoformat(heading["day"]) if heading["day"] else None,
            sections=_read_sections(text[heading.end() : end]),
        )
        for heading, end in zip(headings, ends, strict=True)
    )


def _read_sections(text: str) -> tuple[NewsSection, ...]:
    untitled, *titled = _SECTION.split(text)
    parts = [("", untitled), *zip(titled[::2], titled[1::2], strict=True)]
    return tuple(
        NewsSection(title=title, html=_render(title, words), is_folded=title in _FOLDED)
        for title, words in parts
        if words.strip()
    )


def _render(title: str, text: str) -> SafeString:
    """The changelog is our own; HTML in it is shown as text anyway."""
    from markdown_it import MarkdownIt  # takes long to load, and is needed only after an update

    if title != FOR_HOSTS:
        text = _DOCS_IN_BRACKETS.sub("", text)
    html: str = MarkdownIt("commonmark", {"html": False}).render(_DOCS.sub(r"\1", text))
    return mark_safe(html)  # noqa: S308  # what markdown-it made of text
