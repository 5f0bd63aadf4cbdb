"""Tokens at rest: encrypted with Fernet, so that a copy of the database alone opens no Spotify account."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableToken(Exception):
    """Encrypted with a key that is no longer configured."""


def encrypt_token(text: str) -> str:
    return _get_keys().encrypt(text.encode()).decode()


def decrypt_token(encrypted: str) -> str:
    """Raises UnreadableToken when no configured key fits."""
    try:
        return _get_keys().decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableToken from error


def _get_keys() -> MultiFernet:
    return MultiFernet([derive_key(secret) for secret in [settings.TOKEN_KEY, *settings.TOKEN_KEYS_OLD]])


def derive_key(secret: str) -> Fernet:
    """What encrypts with a key of the settings, which may have any length."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"spotweb tokens").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
