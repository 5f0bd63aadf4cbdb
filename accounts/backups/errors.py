from spotweb.storage.outages import TEXTS, find_outage


class BackupFailed(Exception):
    """No backup was made, or it cannot be restored; the text says why, for whoever keeps the box.

    Nothing that was there before has been changed.
    """


class WrongPassphrase(BackupFailed):
    """The backup is encrypted, and the passphrase is not the one, or there was none."""


def describe_failure(error: Exception) -> str:
    """Why it did not work, in the words for an outage where it is one."""
    return TEXTS.get(find_outage(error)) or getattr(error, "strerror", None) or str(error)
