"""Turns down what is louder than the quiet hours allow, when a page or the worker has seen it."""

import logging
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache
from django.db import close_old_connections

from accounts.models import Member
from player import commands
from player.playback.refresh import register_observer
from player.playback.state import PlayerState, cache_key
from player.playback.volume_limits import find_current_limit, store_rules
from spotweb.spotify.errors import SpotifyError

# Somebody who turns it up at the device has it for so long.
CORRECTS_EVERY_S = 60

_background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quiet-hours")
logger = logging.getLogger(__name__)


@register_observer
def observe(member: Member, _before: PlayerState, after: PlayerState) -> PlayerState:
    """Costs nothing where nothing is too loud; nobody waits for the command."""
    if after.memo.quiet is None:
        after = store_rules(member)
    limit = find_current_limit(after)
    device = after.playback.device if after.playback else None
    if limit is None or device is None or after.trouble or member.is_premium is False:
        return after
    is_too_loud = (device.volume_percent or 0) > limit.ceiling
    if is_too_loud and cache.add(cache_key(member, "turned-down"), 1, CORRECTS_EVERY_S):
        _background.submit(_turn_down, member.pk, limit.ceiling, device.id)
    return after


def _turn_down(pk: int, ceiling: int, device_id: str | None) -> None:
    try:
        member = Member.objects.filter(pk=pk, is_active=True).first()
        if member is not None:
            commands.set_volume(member, volume_percent=ceiling, device_id=device_id)
    except SpotifyError as error:
        logger.info("quiet hours: %s", error)  # the next look tries again
    finally:
        close_old_connections()
