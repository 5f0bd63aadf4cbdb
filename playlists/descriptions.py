"""Descriptions of what was done to a playlist. Stored as kind and numbers, told in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from spotweb.web.texts.names import show_name
from spotweb.web.texts.number_format import format_number

Values = Mapping[str, Any]  # JSON: `count` of items, `name` of another playlist

# Without a full stop: used in toasts, in the history and beside a progress bar.
_TEXTS: Mapping[str, Any] = {  # lazy strings, which have no common type
    "seen": _("First version"),
    "created": _("Made"),
    "elsewhere": _("Changed outside this app"),
    "add": ngettext_lazy("Added %(count)s item", "Added %(count)s items", "number"),
    "move": ngettext_lazy("Moved %(count)s item", "Moved %(count)s items", "number"),
    "remove": ngettext_lazy("Removed %(count)s item", "Removed %(count)s items", "number"),
    "move-out": ngettext_lazy(
        "Moved %(count)s item to “%(name)s”", "Moved %(count)s items to “%(name)s”", "number"
    ),
    "copy": ngettext_lazy(
        "Added %(count)s item from “%(name)s”", "Added %(count)s items from “%(name)s”", "number"
    ),
    "clear": ngettext_lazy("Removed the only item", "Removed all %(count)s items", "number"),
    "replace": ngettext_lazy(
        "Put %(count)s item in the place of all", "Put %(count)s items in the place of all", "number"
    ),
    "import": ngettext_lazy("Imported %(count)s item", "Imported %(count)s items", "number"),
    "restore": _("Restored an earlier version"),
    "partly": _("Did a part of: %(what)s"),
    "undo": _("Took back: %(what)s"),
    "sort": _("Sorted"),
    "reverse": _("Reversed"),
    "shuffle": _("Shuffle permanently"),
    "spread": _("Spread the artists apart"),
    "order": _("Put into another order"),
    "duplicates": ngettext_lazy("Removed %(count)s duplicate", "Removed %(count)s duplicates", "number"),
    "unavailable": ngettext_lazy(
        "Removed %(count)s unavailable item", "Removed %(count)s unavailable items", "number"
    ),
    "merge": ngettext_lazy("Merged %(count)s item into it", "Merged %(count)s items into it", "number"),
    "subtract": ngettext_lazy(
        "Removed %(count)s item that “%(name)s” holds",
        "Removed %(count)s items that “%(name)s” holds",
        "number",
    ),
    "split": ngettext_lazy("Split off %(count)s item", "Split off %(count)s items", "number"),
    "mirror": _("Brought into step with “%(name)s”"),
}


def describe_edit(kind: str, values: Values) -> str:
    """A short sentence; for a kind that is not known (any more) only that something changed."""
    count = int(values.get("count", 0))
    what = values.get("what")
    names = {
        "number": count,
        "count": format_number(count),
        "name": show_name(values["name"]) if "name" in values else "",
        "what": describe_edit(what["kind"], what["values"]) if what else "",
    }
    return str(_TEXTS.get(kind, _("Changed")) % names)
