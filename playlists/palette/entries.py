"""What the palette offers: playlists, what is saved, actions and pages, by the letters that were typed."""

from collections.abc import Iterable, Sequence
from itertools import chain
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import Struct, structs

from accounts.models import Member
from library.catalogue.text import fold_text, has_all_words, split_words
from library.models import OpenedThing
from library.opened_things import list_opened
from library.saved import browse
from library.saved.browse import BrowseRow
from player.now_playing.shortcuts import KEYS
from playlists.sidebar.context import build_sidebar
from spotweb.spotify.models import Album, Artist, Track
from spotweb.web import page_urls
from spotweb.web.rows import pictures
from spotweb.web.texts.names import show_name

MAX_ENTRIES = 9
MAX_OF_GROUP = 3
MAX_OPENED = 5
_IMAGE_PX = 64
LIKED_SONGS: Promise = gettext_lazy("Liked Songs")


class PaletteEntry(Struct, frozen=True, kw_only=True):
    """One line: it opens `url` or `dialog`, or does `command`. `uri` plays it; empty where nothing does."""

    name: str
    kind: str = ""
    icon: str = ""
    image_url: str = ""
    url: str = ""
    dialog: str = ""
    command: str = ""
    uri: str = ""
    keys: Sequence[str] = ()
    marked: SafeString | str = ""


class PaletteGroup(Struct, frozen=True):
    label: str
    entries: Sequence[PaletteEntry]


def find_entries(member: Member, query: str) -> list[PaletteGroup]:
    """Return at most MAX_ENTRIES in groups; without a query what was opened last."""
    words = split_words(query)
    if not words:
        opened = [_make_opened_entry(thing) for thing in list_opened(member, limit=MAX_OPENED)]
        return [PaletteGroup(_("Recently opened"), opened)] if opened else []
    groups = [
        (_("Playlists"), _find_playlists(member, query)),
        *_find_saved(member, query),
        (_("Actions"), _filter(_list_actions(), words)),
        (_("Pages"), [*_filter(_list_pages(), words)[:MAX_OF_GROUP], _make_search_entry(query)]),
    ]
    return _cut_groups(groups, words)


def _cut_groups(
    groups: Iterable[tuple[str, Sequence[PaletteEntry]]], words: tuple[str, ...]
) -> list[PaletteGroup]:
    """Give each group some lines, and those that are left to the first ones; the search is always there."""
    filled = [(label, entries[: MAX_OF_GROUP + 1]) for label, entries in groups if entries]
    cut, free = [], MAX_ENTRIES
    for place, (label, entries) in enumerate(filled):
        reserved = len(filled) - place - 1
        shown = entries[: max(1, min(MAX_OF_GROUP, free - reserved))]
        if place == len(filled) - 1:
            shown = [*entries[:-1][: max(0, free - 1)], entries[-1]]
        free -= len(shown)
        cut.append(PaletteGroup(label, [_mark(entry, words) for entry in shown]))
    return cut


def _mark(entry: PaletteEntry, words: tuple[str, ...]) -> PaletteEntry:
    return structs.replace(entry, marked=mark_words(entry.name, words))


def mark_words(name: str, words: Iterable[str]) -> SafeString:
    """Return the name with the letters that were found marked, whatever diacritics they have."""
    places, folded = [], ""
    for place, letter in enumerate(name):
        plain = fold_text(letter) or (" " if letter.isspace() else "")
        folded += plain
        places += [place] * len(plain)
    marked: set[int] = set()
    for word in words:
        start = folded.find(word)
        if start >= 0:
            marked.update(places[start : start + len(word)])
    html = SafeString("")
    for place, letter in enumerate(name):
        opens = place in marked and place - 1 not in marked
        closes = place in marked and place + 1 not in marked
        html += format_html("{}{}{}", SafeString("<mark>" * opens), letter, SafeString("</mark>" * closes))
    return html


def _find_playlists(member: Member, query: str) -> list[PaletteEntry]:
    found = build_sidebar(member, query).playlists
    begins = fold_text(query)
    best = sorted(found, key=lambda one: not fold_text(one.name).startswith(begins))
    return [
        PaletteEntry(
            name=show_name(one.name),
            kind=one.owner or _describe_total(one.total),
            icon="list-music",
            image_url=one.image_url,
            url=page_urls.build_url("playlist", one.playlist_id),
            uri=one.uri,
        )
        for one in best
    ]


def _describe_total(total: int | None) -> str:
    return "" if total is None else ngettext("%(total)d song", "%(total)d songs", total) % {"total": total}


def _find_saved(member: Member, query: str) -> list[tuple[str, list[PaletteEntry]]]:
    rows = browse.search_all_kinds(member, query, limit=MAX_OF_GROUP)
    groups = (
        (_("Albums and artists"), ("album", "artist", "show", "audiobook")),
        (_("Songs"), ("track", "episode")),
    )
    return [
        (label, [_make_saved_entry(row) for row in chain.from_iterable(rows.get(kind, ()) for kind in kinds)])
        for label, kinds in groups
    ]


def _make_saved_entry(row: BrowseRow) -> PaletteEntry:
    thing = row.thing
    images = thing.album.images if isinstance(thing, Track) and thing.album else getattr(thing, "images", ())
    picture = pictures.choose_picture(images, _IMAGE_PX)
    by = thing.byline if not isinstance(thing, Artist) else ""
    kind = _("Album") if isinstance(thing, Album) else _("Artist") if isinstance(thing, Artist) else ""
    return PaletteEntry(
        name=show_name(thing.name),
        kind=" · ".join(filter(None, (kind, by))),
        icon="music",
        image_url=picture.url if picture else "",
        url=page_urls.get_page_url(thing),
        uri=row.uri or "",
    )


def _make_opened_entry(thing: OpenedThing) -> PaletteEntry:
    is_liked = thing.kind == "liked"
    return PaletteEntry(
        name=str(LIKED_SONGS) if is_liked else show_name(thing.name),
        kind=thing.by,
        icon="heart" if is_liked else "music",
        image_url=thing.image_url,
        url=thing.page_url,
        uri="" if is_liked else thing.uri,
        marked=str(LIKED_SONGS) if is_liked else show_name(thing.name),
    )


def _make_search_entry(query: str) -> PaletteEntry:
    text = " ".join(query.split())
    url = f"{reverse('library:search')}?{urlencode({'q': text})}"
    return PaletteEntry(name=_("Search for “%(words)s”") % {"words": text}, icon="search", url=url)


def _filter(entries: Iterable[PaletteEntry], words: tuple[str, ...]) -> list[PaletteEntry]:
    return [entry for entry in entries if has_all_words(words, fold_text(entry.name))]


def _list_actions() -> list[PaletteEntry]:
    """Those of the keyboard, and what opens a dialog or a page where something is done."""
    icons = {
        "playing": "play", "next": "skip-forward", "previous": "skip-back", "mute": "volume-x",
        "shuffle": "shuffle", "repeat": "repeat", "saved": "heart", "help": "info",
    }  # fmt: skip
    keyed = [
        PaletteEntry(
            name=str(key.words),
            icon=icons[key.does],
            command=key.does,
            keys=[str(word) for word in key.shown],
        )
        for key in KEYS
        if key.does in icons
    ]
    return [
        *keyed,
        PaletteEntry(name=_("Devices"), icon="speaker", url=f"{reverse('player:now')}#devices"),
        PaletteEntry(name=_("Queue"), icon="list-end", url=f"{reverse('player:now')}#up-next-title"),
        PaletteEntry(name=_("New playlist"), icon="plus", dialog=reverse("playlists:create")),
        PaletteEntry(name=_("Import playlists"), icon="file-up", url=reverse("playlists:import")),
        PaletteEntry(name=_("Export playlists"), icon="file-down", url=reverse("playlists:export-all")),
    ]


def _list_pages() -> list[PaletteEntry]:
    pages = (
        (_("Home"), "house", "home"),
        (_("Player"), "audio-lines", "player:now"),
        (LIKED_SONGS, "heart", "library:tracks"),
        (_("Saved albums"), "disc-3", "library:albums"),
        (_("Followed artists"), "mic-vocal", "library:artists"),
        (_("Podcasts"), "podcast", "library:shows"),
        (_("Saved episodes"), "podcast", "library:episodes"),
        (_("Audiobooks"), "book-audio", "library:audiobooks"),
        (_("Playlists"), "list-music", "playlists:list"),
        (_("Labels"), "tag", "playlists:labels"),
        (_("Deleted playlists"), "trash-2", "playlists:removed"),
        (_("Recently played"), "history", "player:recent"),
        (_("Your top artists and songs"), "trending-up", "library:top"),
        (_("Search"), "search", "library:search"),
        (_("Household"), "users", "accounts:household"),
    )
    return [PaletteEntry(name=str(name), icon=icon, url=reverse(url)) for name, icon, url in pages]
