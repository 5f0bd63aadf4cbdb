"""The menus of rows and cards: what can be done with one of them, asked for when the menu is opened.

An app registers what it offers under a name. The button of a row sends that name and what the menu is about;
without a script the same entries are a page of their own.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from msgspec import Struct

from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import Episode, SpotifyObject, Track
from spotweb.web.htmx import render_page
from spotweb.web.page_urls import get_page_url
from spotweb.web.redirects import return_url
from spotweb.web.texts.names import show_name

TEMPLATE = "components/row_menu.html"
# The form of the player bar, which stands on every page.
BAR_FORM = "bar-form"
MAX_ARTISTS = 3  # of a song with many, each has an entry


class MenuEntry(Struct, frozen=True, kw_only=True):
    """Either a link (`href`, a dialog in place where `dialog` is set), or a command that is posted to `url`.

    `form` is the form on the page that it belongs to; its answer takes the place of `target`. `command` is
    what a script does instead, with `value`; without `url` it is there for a script alone.
    """

    icon: str
    text: str | Promise
    href: str = ""
    is_external: bool = False
    dialog: str = ""
    url: str = ""
    form: str = BAR_FORM
    name: str = ""
    value: str = ""
    target: str = "#bar"
    swap: str = "outerMorph"
    command: str = ""
    id: str = ""

    @property
    def takes_refusals(self) -> bool:
        """Whether the target can show why something was refused."""
        return self.target in {"#bar", "#player", "#state"}


SELECT = MenuEntry(icon="list-checks", text=gettext_lazy("Select"), command="select", id="row-select")
# Where a line is drawn between entries.
SEPARATOR = None
Entries = Sequence[MenuEntry | None]


class Menu(Struct, frozen=True, kw_only=True):
    """`title` names what it is about. `form` and `fields`: a form that it needs on a page of its own."""

    title: str
    entries: Entries
    hint: str = ""
    form: str = ""
    fields: Sequence[tuple[str, str]] = ()


Build = Callable[[Any, str], Menu]
_builders: dict[str, Build] = {}


def register_menu(name: str) -> Callable[[Build], Build]:
    """The function takes the request and what the row sent; it raises Http404 for what makes no sense."""

    def register(build: Build) -> Build:
        _builders[name] = build
        return build

    return register


@require_safe
def row_menu(request: HttpRequest) -> HttpResponse:
    """The entries alone, or a page with them."""
    name = next((name for name in _builders if name in request.GET), None)
    if name is None:
        raise Http404
    menu = _builders[name](request, request.GET[name])
    here = return_url(request, reverse("home"))
    return render_page(request, TEMPLATE, {"menu": menu, "here": here}, part="entries")


def link_entry(uri: str) -> MenuEntry | None:
    """Leads to Spotify; null for what it has no page for."""
    try:
        url = parse_link(uri).url
    except LinkError:
        return None
    return MenuEntry(icon="external-link", text=_("Open in Spotify"), href=url, is_external=True)


def link_entries(uri: str) -> list[MenuEntry]:
    """What leads out of the app: the link to copy, and to Spotify."""
    link = link_entry(uri)
    if link is None:
        return []
    return [MenuEntry(icon="link", text=_("Copy link"), command="copy", value=link.href), link]


def page_entries(thing: SpotifyObject | None) -> list[MenuEntry]:
    """What leads to the pages of an item, its album or show, and its artists."""
    if not isinstance(thing, Track | Episode):
        return []
    goals: list[tuple[str, str, SpotifyObject | None]] = [("music", _("Go to song"), thing)]
    if isinstance(thing, Episode):
        goals = [("podcast", _("Go to episode"), thing), ("podcast", _("Go to podcast"), thing.show)]
    else:
        goals.append(("disc-3", _("Go to album"), thing.album))
        alone = len(thing.artists) == 1
        goals += [
            (
                "user",
                _("Go to artist") if alone else _("Go to %(name)s") % {"name": show_name(artist.name)},
                artist,
            )
            for artist in thing.artists[:MAX_ARTISTS]
        ]
    pages = [(icon, text, get_page_url(goal) if goal else "") for icon, text, goal in goals]
    return [MenuEntry(icon=icon, text=text, href=href) for icon, text, href in pages if href]


def arrange(*groups: Sequence[MenuEntry]) -> list[MenuEntry | None]:
    """The groups in their order, with a line between them: play, pages, selecting, links, removing."""
    entries: list[MenuEntry | None] = []
    for group in groups:
        if group:
            entries += [*([SEPARATOR] if entries else ()), *group]
    return entries
