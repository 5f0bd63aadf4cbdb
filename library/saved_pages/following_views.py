"""Following artists and, in extended mode, people."""

import time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from library.saved import actions as saving
from library.saved_pages.following_forms import FollowForm
from spotweb.spotify.links import Link, parse_link
from spotweb.web import page_urls as pages
from spotweb.web.htmx import wants_part
from spotweb.web.undo import say_with_undo


@require_POST
def follow(request: MemberRequest) -> HttpResponse:
    """Follow, or follow no longer. Answers with the button as it now is."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    link, is_wanted = parse_link(form.cleaned_data["uri"]), form.cleaned_data["saved"]
    saving.set_saved(request.user, [link.uri], saved=is_wanted)
    _say(request, link, is_wanted=is_wanted)
    if not wants_part(request):
        return redirect(pages.address(link.kind, link.id))
    news = {"uris": [link.uri], "saved": is_wanted, "at": time.time_ns()}
    return render(request, "library/_follow.html", {"uri": link.uri, "is_saved": is_wanted, "news": news})


def _say(request: MemberRequest, link: Link, *, is_wanted: bool) -> None:
    words = _("You follow them now.") if is_wanted else _("You no longer follow them.")
    opposite = {"uri": link.uri, "saved": "false" if is_wanted else "true"}
    say_with_undo(request, words, url=reverse("library:follow"), values=opposite, target="#follow")


def _refuse(request: MemberRequest, form: FollowForm) -> HttpResponse:
    for said in [str(message) for field_errors in form.errors.values() for message in field_errors]:
        messages.error(request, said)
    if not wants_part(request):
        return redirect("library:search")
    return render(request, "library/_nothing.html", status=422)
