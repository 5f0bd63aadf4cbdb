"""Tokens at rest: sealed with Fernet, so that a copy of the database alone opens no Spotify account."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableSeal(Exception):
    """Sealed with a key that is no longer known."""


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises UnreadableSeal when no known key fits."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSeal from error


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in [settings.TOKEN_KEY, *settings.TOKEN_KEYS_OLD]])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"spotweb tokens").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
