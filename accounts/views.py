"""Pages of the household: members, sharing, backups, the setup, and what is new."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import doctor, household
from accounts.backups import job as backup_job
from accounts.backups.actions import list_backups
from accounts.forms import SharingForm, ThemeForm
from accounts.models import Member
from accounts.news import list_news
from accounts.requests import MemberRequest
from accounts.sign_in import remembered_member
from spotweb.jobs.notices import collect_notices
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.redirects import return_url

_HOUSEHOLD_PAGE = "accounts:household"


@require_POST
def choose_theme(request: MemberRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        request.user.theme = form.cleaned_data["theme"]
        request.user.save(update_fields=["theme"])
    else:
        messages.error(request, str(form.errors["theme"][0]))
    return HttpResponseRedirect(return_url(request, reverse("accounts:household")))


@require_safe
def news_page(request: MemberRequest) -> HttpResponse:
    news = list_news(is_for_hosts=request.user.is_owner)
    return render(request, "accounts/news.html", {"news": news, "current": settings.VERSION})


@require_POST
def mark_news_seen(request: MemberRequest) -> HttpResponse:
    """Show what is new, or not, and mention it no more."""
    request.user.seen_version = settings.VERSION
    request.user.save(update_fields=["seen_version"])
    if "show" in request.POST:
        return HttpResponseRedirect(reverse("accounts:news"))
    return HttpResponseRedirect(return_url(request, reverse("home")))


@require_POST
def choose_sharing(request: MemberRequest) -> HttpResponse:
    form = SharingForm(request.POST, instance=request.user)
    if form.is_valid():
        household.announce_sharing(form.save())
        messages.success(request, _("Saved. Others see it within a minute."))
    return redirect("accounts:household")


@require_safe
def household_page(request: MemberRequest) -> HttpResponse:
    context = {
        "members": household.list_members(),
        "sharing_form": SharingForm(instance=request.user),
        "themes": Member.Theme.choices,
        "is_development_mode": settings.SPOTIFY_QUOTA_MODE == "development",
    }
    if request.user.is_owner:
        context |= {
            "backups": list_backups(),
            "has_nightly_backups": settings.BACKUP_DAYS > 0,
            "jobs": collect_notices(request, _HOUSEHOLD_PAGE),
        }
    return render(request, "accounts/household.html", context)


@require_POST
def make_backup(request: MemberRequest) -> HttpResponse:
    """The worker makes it; the page says how it went."""
    backup_job.start_backup(request.user)
    if not wants_part(request):
        return HttpResponseRedirect(f"{reverse('accounts:household')}#backups-heading")
    context = {"jobs": collect_notices(request, _HOUSEHOLD_PAGE), "page": _HOUSEHOLD_PAGE}
    return render_page(request, "components/job_notice.html", context, part="list")


@require_safe
def download_backup(request: MemberRequest, name: str) -> FileResponse:
    household.require_owner(request.user)
    backup = next((backup for backup in list_backups() if backup.name == name), None)
    if backup is None:
        raise Http404
    return FileResponse(backup.path.open("rb"), as_attachment=True, filename=name)


@require_safe
def leaving_page(request: MemberRequest) -> HttpResponse:
    """Asks once more, and says what will be deleted and what stays at Spotify."""
    return render(request, "accounts/leaving.html")


@require_POST
def leave_household(request: MemberRequest) -> HttpResponse:
    deleted = household.leave_household(request.user)
    logout(request)
    response = render(request, "accounts/left.html", {"deleted": household.describe_deleted(deleted)})
    remembered_member.delete_cookie(response)
    return response


@require_POST
def remove_member(request: MemberRequest, member_id: int) -> HttpResponse:
    name = household.remove_member(request.user, member_id)
    messages.success(request, _("%(name)s was removed, with all their data here.") % {"name": name})
    return redirect("accounts:household")


@require_safe
def setup_page(request: MemberRequest) -> HttpResponse:
    household.require_owner(request.user)
    return render(request, "accounts/setup.html")


@require_POST
def examine_setup(request: MemberRequest) -> HttpResponse:
    """A POST although it changes nothing: every check spends requests."""
    household.require_owner(request.user)
    return render(request, "accounts/setup.html", {"findings": list(doctor.examine_setup())})


@require_POST
def admit_member(request: MemberRequest, member_id: int) -> HttpResponse:
    newcomer = household.admit_newcomer(request.user, member_id)
    messages.success(request, _("%(name)s may come in now.") % {"name": newcomer})
    return redirect("accounts:household")


@require_POST
def refuse_member(request: MemberRequest, member_id: int) -> HttpResponse:
    name = household.refuse_newcomer(request.user, member_id)
    messages.success(request, _("%(name)s wasn’t let in, and nothing of theirs was kept.") % {"name": name})
    return redirect("accounts:household")
