class BackupFailed(Exception):
    """No backup was made, or it cannot be restored; the text says why, for whoever keeps the box.

    Nothing that was there before has been changed.
    """


class WrongPassphrase(BackupFailed):
    """The backup is encrypted, and the passphrase is not the one, or there was none."""
