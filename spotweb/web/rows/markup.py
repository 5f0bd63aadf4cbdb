"""Markup that Python writes: what stands on a page by the hundred, as rows do, is too slow as a template.

fill('<a href="{}">{}</a>', url, name)  # both are escaped
"""

from functools import lru_cache
from html import escape

from django.templatetags.static import static
from django.utils.safestring import SafeString

NOTHING = SafeString("")


def fill(markup: str, *values: object) -> SafeString:
    """Put a value for each `{}` of the markup, escaped unless it is markup itself.

    As Django's format_html does, in a third of its time.
    """
    return SafeString(
        markup.format(*[value if isinstance(value, SafeString) else escape(str(value)) for value in values])
    )


def join(*parts: SafeString) -> SafeString:
    return SafeString("".join(parts))


@lru_cache(maxsize=100)  # dozens on a page, and their address does not change while the app runs
def draw_icon(name: str) -> SafeString:
    """A drawing from the sprite. It says nothing to a screen reader: the words stand beside it."""
    sprite = static("vendor/lucide/sprite.svg")
    return fill('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)
