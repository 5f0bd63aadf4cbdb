"""A loan's row, and what the cached states of both know of it: what their pages show."""

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec import structs

from accounts.models import Member
from player.models import SpeakerLoan
from player.observation.past_queues import get_past_queue
from player.playback.state import Borrowing, Lending, ReplacedQueue, load_state, update_memo
from player.speaker_loans.plans import unpack_plan
from player.speaker_loans.refusals import LoanRefusal, LoanRefused

Status = SpeakerLoan.Status
# After these the host's own music waits to be taken up again.
_LEAVES_SILENCE = {LoanRefusal.STOPPED, LoanRefusal.REVOKED, LoanRefusal.ENDED, LoanRefusal.GONE}


def change_status(
    loan: SpeakerLoan, before: SpeakerLoan.Status, after: SpeakerLoan.Status, **changes: object
) -> bool:
    """False when another request was faster."""
    rows = SpeakerLoan.objects.filter(pk=loan.pk, status=before)
    try:
        with transaction.atomic():
            is_changed = bool(rows.update(status=after, changed_at=timezone.now(), **changes))
    except IntegrityError:
        raise LoanRefused(LoanRefusal.PLAYING_ALREADY, name=loan.host.display_name) from None
    if is_changed:
        loan.status = after
    return is_changed


def show_guest(loan: SpeakerLoan, status: SpeakerLoan.Status, *, reason: str = "") -> None:
    borrowing = load_state(loan.guest).memo.borrowing
    is_newer = borrowing is not None and borrowing.pk > loan.pk
    if reason == LoanRefusal.STOPPED or is_newer:  # the guest did it, or has begun something else since
        return
    shown = Borrowing(
        pk=loan.pk,
        host_pk=loan.host_id,
        host=loan.host.display_name,
        device=loan.device_name,
        status=status,
        title=unpack_plan(loan.plan).title,
        at=time.time(),
        reason=reason,
    )
    update_memo(loan.guest, borrowing=shown)


def show_title(loan: SpeakerLoan, title: str) -> None:
    """What plays now, on the pages of both."""
    lending = load_state(loan.host).memo.lending
    if lending and lending.pk == loan.pk and lending.title != title:
        update_memo(loan.host, lending=structs.replace(lending, title=title))
    borrowing = load_state(loan.guest).memo.borrowing
    if borrowing and borrowing.pk == loan.pk and borrowing.title != title:
        update_memo(loan.guest, borrowing=structs.replace(borrowing, title=title))


def hide_notice(member: Member) -> None:
    """What plays keeps its mark; an answer that was read is gone."""
    memo = load_state(member).memo
    if memo.borrowing:
        is_kept = memo.borrowing.is_playing
        update_memo(member, borrowing=structs.replace(memo.borrowing, is_hidden=True) if is_kept else None)
    if memo.lending:
        update_memo(member, lending=structs.replace(memo.lending, is_hidden=True))


def make_offer(host: Member, lending: Lending, reason: LoanRefusal) -> dict[str, Any]:
    """What the host had before, where it is silent now."""
    kept = get_past_queue(host, lending.past_queue or 0)
    if kept is None or reason not in _LEAVES_SILENCE:
        return {}
    offer = ReplacedQueue(
        pk=kept.pk, at=time.time(), count=len(kept.rows), is_lent=True, lent_to=lending.guest
    )
    return {"replaced": offer}
