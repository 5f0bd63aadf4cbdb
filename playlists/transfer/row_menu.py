"""The menu of the track that was chosen for a line of an import."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from library.catalogue.store import get_items_by_uri
from playlists.models import ImportLine
from spotweb.web.rows.menus import Menu, MenuEntry, arrange, link_entries, register_menu
from spotweb.web.texts.names import show_name


@register_menu("import-line")
def import_line_menu(request: MemberRequest, value: str) -> Menu:
    """Takes the run and the number of the line."""
    pk, _space, number = value.partition(" ")
    if not (pk.isdecimal() and number.isdecimal()):
        raise Http404
    line = get_object_or_404(ImportLine, run__member=request.user, run=pk, number=number)

    def command(name: str, icon: str, text: str) -> MenuEntry:
        return MenuEntry(
            icon=icon,
            text=text,
            url=reverse(f"playlists:{name}", args=[pk, number]),
            form=f"choose-{number}",
            target=f"#line-{number}",
            swap="outerHTML",
        )

    entries = []
    if line.state in {ImportLine.State.SURE, ImportLine.State.LEFT_OUT}:
        entries.append(command("reconsider-line", "undo-2", _("Choose again")))
    if line.state != ImportLine.State.LEFT_OUT:
        entries.append(command("leave-out-line", "circle-minus", _("Skip")))
    item = get_items_by_uri([line.uri]).get(line.uri)
    title = show_name(item.name) if item else _("More")
    return Menu(title=title, entries=arrange(entries, link_entries(line.uri)), form=f"choose-{number}")
