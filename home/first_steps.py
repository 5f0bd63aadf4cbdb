"""The checklist of a new member's first days: what is done stays done, and the list goes away by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from home.models import FirstSteps
from playlists.models import ListSync
from spotweb.jobs.patience import write_beside

# Whoever has managed without for so long needs no list.
SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Step:
    """`url` and `action` lead to where it is done. `opens_shortcuts`: here, by the list of keys."""

    name: str
    title: Promise
    text: Promise
    icon: str
    action: Promise | str = ""
    url_name: str = ""
    anchor: str = ""
    opens_shortcuts: bool = False
    is_done: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name) + self.anchor if self.url_name else ""


@dataclass(frozen=True)
class Checklist:
    steps: tuple[Step, ...]

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.steps)


_STEPS = (
    Step(
        name="share",
        title=_("Share what you hear"),
        text=_("Others in the household see it on Home."),
        icon="users",
        action=_("Choose"),
        url_name="accounts:household",
        anchor="#sharing-heading",
    ),
    Step(
        name="phone",
        title=_("Use it on your phone"),
        text=_("A QR code signs you in there."),
        icon="smartphone",
        action=_("Show how"),
        url_name="accounts:hand-over",
    ),
    Step(
        name="playlists",
        title=_("Load your playlists"),
        text=_("Then you can filter and edit them here."),
        icon="list-music",
        action=_("Load"),
        url_name="playlists:list",
    ),
    Step(
        name="shortcuts",
        title=_("Learn the shortcuts"),
        text=_("Space plays and pauses; ? lists them all."),
        icon="gamepad-2",
        action=_("Show"),
        opens_shortcuts=True,
    ),
    Step(
        name="another-member",
        title=_("Be Ben in another window"),
        text=_("Open this address in a private window and sign in as Ben."),
        icon="user-plus",
    ),
)
_CHECKS: dict[str, Callable[[Member], bool]] = {
    "share": lambda member: member.shows_listening,
    "phone": lambda member: member.sessions.filter(user_agent__contains="Mobi").exists(),
    "playlists": lambda member: ListSync.objects.filter(member=member).exists(),
    "shortcuts": lambda _member: False,  # `mark_done` says so
    "another-member": lambda member: Member.objects.exclude(pk=member.pk).filter(is_active=True).exists(),
}


def get_checklist(member: Member) -> Checklist | None:
    """Return the steps, with those done so far; null once the list is closed, all done or no longer new."""
    if timezone.now() - member.joined_at >= SHOWN_FOR:
        return None
    record = FirstSteps.objects.filter(member=member).first() or FirstSteps(member=member)
    if record.closed_at:
        return None
    steps = [step for step in _STEPS if settings.IS_DEMO or step.name != "another-member"]
    done = [step.name for step in steps if step.name in record.done or _CHECKS[step.name](member)]
    if set(done) - set(record.done):
        write_beside(lambda: _store(member, done=done))
    if len(done) == len(steps):
        return None
    return Checklist(tuple(_with_state(step, is_done=step.name in done) for step in steps))


def mark_done(member: Member, name: str) -> None:
    """For a step that nothing else tells of; unknown names change nothing."""
    record = FirstSteps.objects.filter(member=member).first()
    done = list(record.done) if record else []
    if name in _CHECKS and name not in done:
        _store(member, done=[*done, name])


def close_checklist(member: Member) -> None:
    """It does not come back."""
    _store(member, closed_at=timezone.now())


def _store(member: Member, **values: object) -> None:
    FirstSteps.objects.update_or_create(member=member, defaults=values)


def _with_state(step: Step, *, is_done: bool) -> Step:
    return Step(**{**vars(step), "is_done": is_done})
