"""The menu of one playlist in the list of playlists. Its dialogs open in place; each is a page too."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from player.speaker_loans.borrowed_player import load_shown_controls
from playlists.sync.access import find_in_library
from spotweb.web.redirects import return_url
from spotweb.web.rows.menus import Menu, MenuEntry, arrange, link_entries, register_menu
from spotweb.web.texts.names import show_name


@register_menu("playlist")
def playlist_menu(request: MemberRequest, playlist_id: str) -> Menu:
    entry = find_in_library(request.user, playlist_id)
    if entry is None:
        raise Http404
    playlist, here = entry.playlist, return_url(request, reverse("playlists:list"))

    def dialog(name: str, icon: str, text: str) -> MenuEntry:
        url = reverse(f"playlists:{name}", args=[playlist.spotify_id])
        return MenuEntry(icon=icon, text=f"{text}…", href=f"{url}?{urlencode({'next': here})}", dialog=url)

    pin = MenuEntry(
        icon="pin-off" if entry.pinned_at else "pin",
        text=_("Unpin") if entry.pinned_at else _("Pin to the sidebar"),
        url=reverse("playlists:pin", args=[playlist.spotify_id]),
        name="pinned",
        value="" if entry.pinned_at else "yes",
        target="#sidebar-playlists",
    )
    entries: list[MenuEntry] = []
    if not load_shown_controls(request.user).play:
        url = reverse("player:play-item")
        entries.append(MenuEntry(icon="play", text=_("Play"), url=url, name="uri", value=playlist.uri))
    entries.append(pin)
    if entry.is_own:
        entries.append(dialog("details", "pencil", _("Name and description")))
        entries.append(dialog("cover", "image-up", _("Cover")))
    entries.append(dialog("label", "tag", _("Label")))
    if entry.can_edit:
        url = reverse("playlists:history", args=[playlist.spotify_id])
        entries.append(MenuEntry(icon="history", text=_("History"), href=url))
    leave = dialog("unfollow", "trash-2" if entry.is_own else "user-minus", _("Remove from your library"))
    return Menu(title=show_name(playlist.name), entries=arrange(entries, link_entries(playlist.uri), [leave]))
