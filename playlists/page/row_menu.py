"""The menu of one row of a playlist."""

from datetime import datetime
from urllib.parse import urlsplit

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from player.playback.controls import Controls
from player.row_menus import add_to_playlist, like_entry
from player.speaker_loans.borrowed_player import load_shown_controls
from playlists.page.context import MOVES
from playlists.page.rows import make_row
from playlists.page.state import get_shown_contents
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from spotweb.web.redirects import return_url
from spotweb.web.rows.item_row import ItemRow
from spotweb.web.rows.menus import (
    SELECT,
    Menu,
    MenuEntry,
    arrange,
    link_entries,
    page_entries,
    register_menu,
)
from spotweb.web.texts.names import show_name
from spotweb.web.texts.time_format import format_day

# What a row adds when it can be moved: not while the list is filtered or in another order.
MOVABLE = "movable"


@register_menu("playlist-row")
def playlist_row_menu(request: MemberRequest, value: str) -> Menu:
    """Takes the playlist, the revision that the page shows, the position in it, and MOVABLE."""
    playlist_id, seen, position, *rest = [*value.split(" "), "", ""]
    if not (seen.isdecimal() and position.isdecimal()):
        raise Http404
    opened = access.open_cached(request.user, playlist_id)
    contents = get_shown_contents(opened, int(seen))
    if int(position) >= contents.total:
        raise Http404
    row = make_row(request.user, contents, int(position))
    uri = "" if contents.entries[int(position)].is_local else (row.item.uri if row.item else "") or ""
    controls = load_shown_controls(request.user)
    own = [*add_to_playlist(uri), like_entry(request, uri)] if uri else []
    moves = _move_entries(playlist_id) if opened.can_edit and MOVABLE in rest else []
    entries = arrange(
        [*_player_entries(opened, row, uri, controls), *own],
        page_entries(row.item),
        [SELECT, *moves],
        link_entries(uri),
        [_remove_entry(playlist_id)] if opened.can_edit else [],
    )
    return Menu(
        title=show_name(row.item.name) if row.item else _("No longer on Spotify"),
        hint=_added_text(row.added, row.added_by),
        entries=entries,
        form="selection",
        # In place the form of the page says what it shows: what plays follows it.
        fields=(
            ("from", playlist_id),
            ("seen", seen),
            ("positions", position),
            ("view", urlsplit(return_url(request, "")).query),
        ),
    )


def _player_entries(opened: OpenPlaylist, row: ItemRow, uri: str, controls: Controls) -> list[MenuEntry]:
    is_playable = uri and row.is_available
    entries = []
    if is_playable and not controls.play:
        url = reverse("playlists:play-from", args=[opened.playlist.spotify_id])
        entries.append(
            MenuEntry(
                icon="play",
                text=_("Play"),
                url=url,
                form="selection",
                id="row-play",
                command="play",
            )
        )
    if is_playable and not controls.play_next:
        url = reverse("player:play-next")
        entries.append(
            MenuEntry(icon="arrow-up-to-line", text=_("Play next"), url=url, name="uri", value=uri)
        )
    if is_playable and not controls.add_to_queue:
        url = reverse("player:add-to-queue")
        entries.append(MenuEntry(icon="list-end", text=_("Add to queue"), url=url, name="uri", value=uri))
    return entries


def _move_entries(playlist_id: str) -> list[MenuEntry]:
    """The form `selection` says which revision and, while this menu is open, that it is about this row."""
    url = reverse("playlists:move", args=[playlist_id])
    moves = [
        MenuEntry(
            icon=icon,
            text=str(text),
            url=url,
            form="selection",
            name="to",
            value=to,
            target="#state",
            id=f"row-{to}",
        )
        for to, icon, text in MOVES
    ]
    return [
        *moves,
        MenuEntry(icon="list-ordered", text=_("Move to position…"), command="place", id="row-place"),
    ]


def _remove_entry(playlist_id: str) -> MenuEntry:
    url, text = reverse("playlists:remove", args=[playlist_id]), _("Remove from playlist")
    return MenuEntry(icon="trash-2", text=text, url=url, form="selection", target="#state", id="row-remove")


def _added_text(added: datetime | None, by: str) -> str:
    """On phones the column with it is not shown."""
    day = format_day(added) if added else ""
    text = " · ".join(part for part in (day, by) if part)
    return _("Added %(when)s") % {"when": text} if text else ""
