"""The menus of rows and cards whose entries play, queue and save.

Each is registered under the name that its rows send, and takes what the row says: URIs, with a space between.
"""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from library.saved.actions import get_known_saved
from library.saved.browse import get_row
from library.saved.status import saving_uri
from library.saved_pages.kinds import PLAYABLE
from library.saved_pages.query import parse_query
from player.managed_queue import actions as managed_queue
from player.managed_queue.entries import Entry, find_entry, is_block, list_entries
from player.models import ManagedBlock, ManagedQueue
from player.playback.controls import Controls
from player.playback.items import find_list, find_thing
from player.speaker_loans.borrowed_player import load_shown_controls
from spotweb.spotify.links import ADDABLE_KINDS, LinkError, is_link, parse_link
from spotweb.web.page_urls import build_url
from spotweb.web.redirects import return_url
from spotweb.web.rows.menus import (
    BAR_FORM,
    SELECT,
    Menu,
    MenuEntry,
    arrange,
    link_entries,
    page_entries,
    register_menu,
)
from spotweb.web.texts.names import show_name

MAX_KEY_DIGITS = 18  # of a key in the database


@register_menu("link")
def link_menu(request: MemberRequest, value: str) -> Menu:
    """Of what can only be opened, such as a row of an older revision."""
    return _menu(request, _uri(value), [])


@register_menu("item")
def item_menu(request: MemberRequest, value: str) -> Menu:
    """Of a track or an episode; after a space an album or a show to play on from it."""
    uri, _space, context_uri = value.partition(" ")
    controls = _controls(request)
    play = _play_entry(controls, uri, context_uri)
    return _menu(request, _uri(uri), [*play, *_queue_entry(controls, uri), *_add(uri), *_like(request, uri)])


@register_menu("chapter")
def chapter_menu(request: MemberRequest, value: str) -> Menu:
    """Of a chapter of an audiobook: they are played and queued by the URIs of episodes."""
    uri, _space, context_uri = value.partition(" ")
    controls = _controls(request)
    return _menu(request, _uri(uri), [*_play_entry(controls, uri, context_uri), *_queue_entry(controls, uri)])


@register_menu("whole")
def whole_menu(request: MemberRequest, value: str) -> Menu:
    """Of an album, a playlist, a show or an artist; only the first two can be queued and added as a whole."""
    uri, controls = _uri(value), _controls(request)
    can_queue = uri.startswith(("spotify:album:", "spotify:playlist:"))
    entries = _play_entry(controls, uri)
    if can_queue and not controls.add_to_queue:
        entries += _next_entry(controls, uri)
        entries.append(_command("add-lines", "list-end", _("Add all to the queue"), name="lines", value=uri))
    return _menu(request, uri, [*entries, *(_add(uri) if can_queue else ())])


@register_menu("saved")
def saved_menu(request: MemberRequest, value: str) -> Menu:
    """Of something on the pages of saved things; takes the key of its row."""
    row = get_row(request.user, int(value)) if value.isdecimal() and len(value) <= MAX_KEY_DIGITS else None
    if row is None:
        raise Http404
    uri = saving_uri(row.thing)
    kind, may_play, entries = uri.split(":")[1], request.user.is_premium is not False, []
    if kind in PLAYABLE:
        if may_play:
            entries += [
                _command(
                    "play-saved", "play", _("Play"), name="from", value=uri, form="shown-acts", script="play"
                ),
                *_queue_entry(_controls(request), uri),
            ]
        entries += _add(uri)
        text = _("Remove from Your Episodes") if kind == "episode" else _("Remove from Liked Songs")
    else:
        if may_play and kind != "audiobook":
            entries.append(_play(uri))
        if may_play and kind == "album":
            entries += [
                *_next_entry(_controls(request), uri),
                _command("add-lines", "list-end", _("Queue all of it"), name="lines", value=uri),
                *_add(uri),
            ]
        text = _("Unfollow") if kind == "artist" else _("Remove from your library")
    remove = MenuEntry(
        icon="minus",
        text=text,
        url=reverse("library:set-saved"),
        name="saved",
        value=f"false {uri}",
        target="#saved-news",
    )
    return Menu(
        title=_title(request, uri),
        entries=arrange(entries, page_entries(row.thing), [SELECT], link_entries(uri), [remove]),
        form="shown-acts",
        fields=_shown_fields(request, kind),
    )


@register_menu("found")
def found_menu(request: MemberRequest, value: str) -> Menu:
    """Of what a search on the player page found."""
    uri = _uri(value)
    controls = _controls(request)
    play = [] if controls.play else [_play(uri, target="#player")]
    return _menu(request, uri, [*play, *_next_entry(controls, uri), *_add(uri), *_like(request, uri)])


@register_menu("queued")
def queued_menu(request: MemberRequest, value: str) -> Menu:
    """Of a row of the queue: its URI, its place, and the context where playback can be started from it."""
    uri, place, context_uri = [*value.split(" "), "", ""][:3]
    entries = []
    if context_uri:
        entries.append(_play_from(uri, context_uri))
    if place.isdecimal() and uri:
        row = f"{place} {uri}"
        entries.append(_command("skip-to", "skip-forward", _("Skip to this"), name="row", value=row))
    return _menu(request, _uri(uri), [*entries, *_add(uri), *_like(request, uri)])


@register_menu("kept")
def kept_menu(request: MemberRequest, value: str) -> Menu:
    """Of a song in the queue that this app keeps: its key. In an album it moves within it, or out of it."""
    queue, found, at = _find_kept(request, value)
    entry = found[at]
    place = next(place for place, row in enumerate(entry) if str(row.pk) == value)
    if is_block(entry):
        moves = _move_entries(f"{value} %s within", place, len(entry))
        to_front = _command(
            "move-kept", "arrow-up-to-line", _("Play next"), name="item", value=f"{value} 0 alone"
        )
        moves = [to_front, *moves] if at or place else moves
    else:
        moves = _list_moves(value, at, len(found))
    uri = entry[place].uri
    remove = _command("remove-kept", "x", _("Remove from the queue"), name="item", value=value)
    entries = [*([] if queue.is_fair else moves), remove]
    return _menu(request, uri, [*entries, *_add(uri), *_like(request, uri)])


@register_menu("kept-block")
def kept_block_menu(request: MemberRequest, value: str) -> Menu:
    """Of an album or a playlist in the queue that this app keeps: the key of its first song."""
    queue, found, at = _find_kept(request, value)
    block = found[at][0].block
    if block is None:
        raise Http404
    moves = [] if queue.is_fair else _list_moves(value, at, len(found))
    has_begun = queue.items.filter(block=block).exclude(pk__in=[row.pk for row in found[at]]).exists()
    remove = _remove_block_entry(value, block, has_begun=has_begun)
    page = MenuEntry(
        icon="disc-3" if _is_album(block.uri) else "list-music",
        text=_("Go to album") if _is_album(block.uri) else _("Go to playlist"),
        href=_get_list_url(block.uri),
    )
    entries = arrange([*moves, remove, *_add(block.uri)], [page], link_entries(block.uri))
    return Menu(title=show_name(block.name), entries=entries)


@register_menu("handed-over")
def handed_over_menu(request: MemberRequest, value: str) -> Menu:
    """Of the song of the kept queue that Spotify has already: its key."""
    queue = managed_queue.find_queue(request.user)
    row = managed_queue.find_armed(queue) if queue else None
    if row is None or str(row.pk) != value:
        raise Http404
    rest = [_remove_block_entry(value, row.block, has_begun=True)] if row.block else []
    return _menu(request, row.uri, [*rest, *_add(row.uri), *_like(request, row.uri)])


def _find_kept(request: MemberRequest, key: str) -> tuple[ManagedQueue, list[Entry], int]:
    queue = managed_queue.find_queue(request.user)
    found = list_entries(managed_queue.list_waiting(queue)) if queue else []
    at = find_entry(found, int(key)) if key.isdecimal() and len(key) <= MAX_KEY_DIGITS else None
    if queue is None or at is None:
        raise Http404
    return queue, found, at


def _list_moves(key: str, at: int, count: int) -> list[MenuEntry]:
    moves = _move_entries(f"{key} %s", at, count)
    to_front = _command("move-kept", "arrow-up-to-line", _("Play next"), name="item", value=f"{key} 0")
    return [to_front, *moves] if at else moves


def _move_entries(value: str, at: int, count: int) -> list[MenuEntry]:
    """One place up and one down, as far as there is one. `value` has a gap for the place."""
    up = _command("move-kept", "arrow-up", _("Move up"), name="item", value=value % (at - 1))
    down = _command("move-kept", "arrow-down", _("Move down"), name="item", value=value % (at + 2))
    return [*([up] if at else []), *([down] if at < count - 1 else [])]


def _remove_block_entry(key: str, block: ManagedBlock, *, has_begun: bool) -> MenuEntry:
    if _is_album(block.uri):
        text = _("Remove the rest of this album") if has_begun else _("Remove this album from the queue")
    else:
        text = (
            _("Remove the rest of this playlist") if has_begun else _("Remove this playlist from the queue")
        )
    return _command("remove-kept", "x", text, name="item", value=f"{key} 0 all")


def _is_album(uri: str) -> bool:
    return uri.startswith("spotify:album:")


def _get_list_url(uri: str) -> str:
    link = parse_link(uri)
    return build_url(link.kind, link.id)


@register_menu("played")
def played_menu(request: MemberRequest, value: str) -> Menu:
    """Of something that was heard; after a space what it was played from."""
    uri, _space, context_uri = value.partition(" ")
    controls = _controls(request)
    entries = _play_entry(controls, uri)
    if entries and context_uri:
        text = _("Play from here, as it was")
        entries.append(_play_from(uri, context_uri, icon="list-music", text=text, script=""))
    queue = _queue_entry(controls, uri)
    return _menu(request, _uri(uri), [*entries, *queue, *_add(uri), *_like(request, uri)])


def _menu(request: MemberRequest, uri: str, entries: Sequence[MenuEntry]) -> Menu:
    pages = page_entries(find_thing(request.user, uri))
    return Menu(title=_title(request, uri), entries=arrange(entries, pages, link_entries(uri)))


def _title(request: MemberRequest, uri: str) -> str:
    thing = find_thing(request.user, uri) or find_list(request.user, uri)
    return show_name(thing.name) if thing else _("More")


def _uri(text: str) -> str:
    try:
        return parse_link(text).uri
    except LinkError:
        raise Http404 from None


def _controls(request: MemberRequest) -> Controls:
    return load_shown_controls(request.user)


def _command(
    url_name: str,
    icon: str,
    text: str,
    *,
    name: str,
    value: str,
    form: str = BAR_FORM,
    target: str = "#bar",
    script: str = "",
) -> MenuEntry:
    """`script` names what the script does instead."""
    url = reverse(f"player:{url_name}")
    return MenuEntry(
        icon=icon, text=text, url=url, name=name, value=value, form=form, target=target, command=script
    )


def _play(uri: str, *, target: str = "#bar") -> MenuEntry:
    """Without a script it plays alone, else as the list has it from there on."""
    return _command("play-item", "play", _("Play"), name="uri", value=uri, target=target, script="play")


def _play_from(
    uri: str,
    context_uri: str,
    *,
    icon: str = "play",
    text: str = "",
    target: str = "#bar",
    script: str = "play",
) -> MenuEntry:
    value = f"{context_uri} {uri}"
    return _command(
        "play-from", icon, text or _("Play"), name="uri", value=value, target=target, script=script
    )


def _play_entry(controls: Controls, uri: str, context_uri: str = "") -> list[MenuEntry]:
    if controls.play:
        return []
    return [_play_from(uri, context_uri) if context_uri else _play(uri)]


def _queue_entry(controls: Controls, uri: str) -> list[MenuEntry]:
    if controls.add_to_queue:
        return []
    return [
        *_next_entry(controls, uri),
        _command("add-to-queue", "list-end", _("Add to queue"), name="uri", value=uri),
    ]


def _next_entry(controls: Controls, uri: str) -> list[MenuEntry]:
    """Only where this app keeps the queue, and for what can be queued: songs, episodes, albums, playlists."""
    if controls.play_next or not is_link(uri, kinds=ADDABLE_KINDS):
        return []
    return [_command("play-next", "arrow-up-to-line", _("Play next"), name="uri", value=uri)]


def add_to_playlist(uri: str) -> list[MenuEntry]:
    """The entry that opens the dialog; it is the same in every menu."""
    url = f"{reverse('playlists:add-to')}?{urlencode({'uris': uri})}"
    return [MenuEntry(icon="list-plus", text=_("Add to playlist…"), href=url, dialog=url)]


_add = add_to_playlist


def _like(request: MemberRequest, uri: str) -> list[MenuEntry]:
    return [like_entry(request, uri)] if uri.startswith(("spotify:track:", "spotify:episode:")) else []


def like_entry(request: MemberRequest, uri: str) -> MenuEntry:
    """Adds to Liked Songs or Your Episodes, or removes where the index knows it there."""
    is_episode, is_saved = uri.startswith("spotify:episode:"), get_known_saved(request.user, [uri])[uri]
    if is_saved:
        text = _("Remove from Your Episodes") if is_episode else _("Remove from Liked Songs")
    else:
        text = _("Add to Your Episodes") if is_episode else _("Add to Liked Songs")
    return MenuEntry(
        icon="check" if is_saved else "plus",
        text=text,
        url=reverse("library:set-saved"),
        form="saves",
        name="saved",
        value=f"{'false' if is_saved else 'true'} {uri}",
        target="#saved-news",
    )


def _shown_fields(request: MemberRequest, kind: str) -> list[tuple[str, str]]:
    """What the page shows, which its own form says where the menu is opened in place."""
    query = QueryDict(urlsplit(return_url(request, "")).query)
    return [("kind", kind), *parse_query(kind, query).fields]
