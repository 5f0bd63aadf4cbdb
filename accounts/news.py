"""What is new in each version, from the changelog, for members."""

from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@cache
def render_news() -> SafeString:
    """HTML of all versions, newest first. The changelog is our own; HTML in it is shown as text anyway."""
    text = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    html: str = MarkdownIt("commonmark", {"html": False}).render(text[text.index("\n## ") :])
    return mark_safe(html)  # noqa: S308  # what markdown-it made of text
