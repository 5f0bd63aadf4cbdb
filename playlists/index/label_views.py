"""Labels over HTTP: the page that keeps them, and the dialog that puts one list under one."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Member
from accounts.requests import MemberRequest
from playlists.index import actions, labels
from playlists.index.forms import ChooseLabelForm, LabelForm
from playlists.models import Label
from playlists.sync.index import get_known_playlists
from spotweb.web import dialogs, undo
from spotweb.web.params import parse_number
from spotweb.web.texts.names import show_name

PAGE = "playlists/index/labels.html"
LABEL = "playlists/index/label.html"
CHOOSE = "playlists/index/choose_label.html"
NAME_TAKEN = gettext_lazy("You have a label of this name already.")
TOO_MANY = gettext_lazy("A hundred labels are the most. Remove one first.")


@require_http_methods(["GET", "HEAD", "POST"])
def labels_page(request: MemberRequest) -> HttpResponse:
    """All labels, and a new one."""
    form = LabelForm(request.POST) if request.method == "POST" else LabelForm()
    if (
        form.is_bound
        and form.is_valid()
        and (label := _create_label(request.user, form, form.cleaned_data["name"]))
    ):
        return redirect("playlists:label-page", label.pk)
    mine = request.user.labels.prefetch_related("playlists")
    status = 422 if form.errors else 200
    return render(request, PAGE, {"labels": mine, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def label_page(request: MemberRequest, pk: int) -> HttpResponse:
    """Its name, and which lists stand under it: all of them at once, for whoever has hundreds."""
    label = get_object_or_404(request.user.labels, pk=pk)
    form = LabelForm(request.POST) if request.method == "POST" else LabelForm({"name": label.name})
    if request.method == "POST" and form.is_valid() and _rename_label(label, form):
        labels.set_playlists(label, request.POST.getlist("lists"))
        messages.success(request, _("Saved."))
        return redirect("playlists:labels")
    entries = sorted(get_known_playlists(request.user), key=lambda entry: entry.label_id != label.pk)
    status = 422 if form.errors else 200
    return render(request, LABEL, {"label": label, "entries": entries, "form": form}, status=status)


@require_POST
def move_label_up(request: MemberRequest, pk: int) -> HttpResponse:
    labels.move_label_up(get_object_or_404(request.user.labels, pk=pk))
    return redirect("playlists:labels")


@require_POST
def delete_label(request: MemberRequest, pk: int) -> HttpResponse:
    """The lists under it stay where they are, without a label."""
    label = get_object_or_404(request.user.labels, pk=pk)
    lists = label.playlists.values_list("playlist__spotify_id", flat=True)
    values = {"name": label.name, "position": str(label.position), "lists": " ".join(lists)}
    label.delete()
    words = _("Removed the label “%(name)s”.") % {"name": show_name(label.name)}
    undo.offer(request, words, action="label-delete", values=values)
    return redirect("playlists:labels")


@undo.handles("label-delete")
def _undo_delete(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    """The form is checked like any other: the name may be taken by now."""
    form = LabelForm(values)
    if form.is_valid():
        position = parse_number(values["position"]) or 0
        playlist_ids = values["lists"].split()
        _restore_label(request, form.cleaned_data["name"], min(position, labels.MAX_LABELS), playlist_ids)
    return redirect("playlists:labels")


def _restore_label(request: MemberRequest, name: str, position: int, playlist_ids: list[str]) -> None:
    try:
        labels.restore_label(request.user, name, position=position, playlist_ids=playlist_ids)
    except labels.LabelNameTaken:
        messages.error(request, NAME_TAKEN)
    except labels.TooManyLabels:
        messages.error(request, TOO_MANY)
    else:
        messages.success(request, _("The label “%(name)s” is back.") % {"name": show_name(name)})


@require_http_methods(["GET", "HEAD", "POST"])
def choose_label(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """One label for one list, also a new one."""
    entry = actions.get_entry(request.user, playlist_id)
    form = ChooseLabelForm(request.POST) if request.method == "POST" else ChooseLabelForm()
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        label = (
            _create_label(request.user, form, values["name"])
            if values["name"]
            else _get_own_label(request.user, values["label"])
        )
        if not form.errors:
            entry.label = label
            entry.save(update_fields=["label"])
            return dialogs.close_dialog(request, fallback=reverse("playlists:list"))
    context = {"entry": entry, "labels": request.user.labels.all()}
    return dialogs.show_dialog(request, CHOOSE, context, form=form)


def _get_own_label(member: Member, label_id: str) -> Label | None:
    """Rights sit in the query: another's label, or nonsense, is none."""
    return member.labels.filter(pk=parse_number(label_id) or 0).first()


def _create_label(member: Member, form: LabelForm | ChooseLabelForm, name: str) -> Label | None:
    try:
        return labels.create_label(member, name)
    except labels.LabelNameTaken:
        form.add_error("name", NAME_TAKEN)
    except labels.TooManyLabels:
        form.add_error("name", TOO_MANY)
    return None


def _rename_label(label: Label, form: LabelForm) -> bool:
    try:
        labels.rename_label(label, form.cleaned_data["name"])
    except labels.LabelNameTaken:
        form.add_error("name", NAME_TAKEN)
        return False
    return True
