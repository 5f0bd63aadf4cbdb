"""What has become of a speaker that a member asked for: `{% load loans %}`."""

from django import template
from django.utils.translation import gettext as _

from player.playback.state import Borrowing
from player.speaker_loans.refusals import describe_refusal
from spotweb.web.texts.names import show_name

register = template.Library()


@register.filter
def loan_text(borrowing: Borrowing) -> str:
    facts = {"name": show_name(borrowing.host), "device": show_name(borrowing.device)}
    if borrowing.status == "asked":
        return _("Asking %(name)s, who has a minute to answer.") % facts
    if borrowing.status == "playing":
        return _("Connected to %(device)s through the account of %(name)s.") % facts
    if borrowing.status == "declined":
        return _("%(name)s declined. Nothing was played.") % facts
    if borrowing.status == "lapsed":
        return _("%(name)s didn’t answer. Nothing was played.") % facts
    return describe_refusal(borrowing.reason, **facts) or _("You no longer play on %(device)s.") % facts
