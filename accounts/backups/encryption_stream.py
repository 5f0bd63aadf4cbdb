"""Files under a passphrase: scrypt makes the key, and AES-GCM seals pieces of 64 KB, each with its number.

The last piece says that it is the last, so that a file which was cut off is noticed even where a piece ends.
"""

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from accounts.backups.errors import BackupFailed, WrongPassphrase

MAGIC = b"spotweb encrypted backup 1\n"
_SALT_BYTES = 16
_PIECE_BYTES = 64 * 1024
_TAG_BYTES = 16
# The first piece holds nothing but this: when it does not open, it is the passphrase that is wrong.
_PROOF = b"the passphrase is right"


class EncryptedWriter:
    """Writes into `file`, which has to be closed by its owner; `finish` seals the last piece."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._file = file
        self._cipher = _make_cipher(passphrase, salt)
        self._number = 0
        self._rest = bytearray()
        file.write(MAGIC + salt)
        self._seal(_PROOF, is_last=False)

    def write(self, data: bytes) -> int:
        self._rest += data
        # One piece is held back: it may be the last one.
        while len(self._rest) > _PIECE_BYTES:
            self._seal(bytes(self._rest[:_PIECE_BYTES]), is_last=False)
            del self._rest[:_PIECE_BYTES]
        return len(data)

    def flush(self) -> None:
        """Pieces are written when they are full."""

    def finish(self) -> None:
        self._seal(bytes(self._rest), is_last=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_make_nonce(self._number, is_last=is_last), piece, None))
        self._number += 1


def decrypt_file(source: BinaryIO, target: BinaryIO, passphrase: str) -> None:
    """Raises WrongPassphrase, and BackupFailed for a file that is damaged or incomplete."""
    head = source.read(len(MAGIC) + _SALT_BYTES)
    cipher = _make_cipher(passphrase, head[len(MAGIC) :].ljust(_SALT_BYTES))
    try:
        cipher.decrypt(_make_nonce(0, is_last=False), source.read(len(_PROOF) + _TAG_BYTES), None)
    except InvalidTag as error:
        msg = "This isn't the passphrase of the backup (or its first bytes are damaged)."
        raise WrongPassphrase(msg) from error
    number, piece = 1, source.read(_PIECE_BYTES + _TAG_BYTES)
    while True:
        following = source.read(_PIECE_BYTES + _TAG_BYTES)
        try:
            target.write(cipher.decrypt(_make_nonce(number, is_last=not following), piece, None))
        except InvalidTag as error:
            msg = "The backup is damaged or incomplete. Copy it again, or take another one."
            raise BackupFailed(msg) from error
        if not following:
            return
        number, piece = number + 1, following


def is_encrypted(file: BinaryIO) -> bool:
    """Looks at the beginning and goes back to it."""
    head = file.read(len(MAGIC))
    file.seek(0)
    return head == MAGIC


def _make_cipher(passphrase: str, salt: bytes) -> AESGCM:
    # 64 MB and a fraction of a second: what guessing a passphrase costs each time.
    return AESGCM(Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode()))


def _make_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
