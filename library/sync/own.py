"""What members have just saved or removed here, and Spotify's lists may not show yet."""

from datetime import timedelta

from django.utils import timezone

from library.models import OwnWrite, Shelf

# Spotify's lists follow within seconds; a reading of them may have begun before the write.
_SETTLED_AFTER = timedelta(seconds=60)


def removed(shelf: Shelf) -> set[str]:
    return set(OwnWrite.objects.filter(shelf=shelf, is_saved=False).values_list("uri", flat=True))


def saved(shelf: Shelf) -> set[str]:
    return set(OwnWrite.objects.filter(shelf=shelf, is_saved=True).values_list("uri", flat=True))


def are_unsettled(shelf: Shelf) -> bool:
    """Forgets what is old enough to be in Spotify's lists; says whether anything is left."""
    now = timezone.now()
    settled = OwnWrite.objects.filter(shelf=shelf, written_at__lt=now - _SETTLED_AFTER)
    ahead = OwnWrite.objects.filter(shelf=shelf, written_at__gt=now)  # the clock was set back
    for old in (settled, ahead):
        if old.exists():
            old.delete()
    return OwnWrite.objects.filter(shelf=shelf).exists()
