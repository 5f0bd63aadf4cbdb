"""Moments as Spotify writes them: ISO 8601 in UTC, and now and then something else."""

from datetime import UTC, datetime


def parse_moment(text: str | None) -> datetime | None:
    """An aware moment; None for none, and for what is no moment since 1970."""
    try:
        moment = datetime.fromisoformat(text or "")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment if moment.timestamp() >= 0 else None
    except (ValueError, OverflowError):
        return None
