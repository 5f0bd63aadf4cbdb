import pytest

from accounts.encryption import UnreadableToken, decrypt_token, encrypt_token


def test_a_sealed_token_cannot_be_read_and_comes_back_whole(settings):
    assert "secret" not in encrypt_token("secret token")
    assert decrypt_token(encrypt_token("secret token")) == "secret token"


def test_a_former_key_still_opens_what_it_sealed(settings):
    settings.TOKEN_KEY, settings.TOKEN_KEYS_OLD = "old key", []
    sealed = encrypt_token("token")
    settings.TOKEN_KEY, settings.TOKEN_KEYS_OLD = "new key", ["old key"]
    assert decrypt_token(sealed) == "token"


def test_a_lost_key_is_said_and_guesses_nothing(settings):
    sealed = encrypt_token("token")
    settings.TOKEN_KEY = "another key"
    with pytest.raises(UnreadableToken):
        decrypt_token(sealed)
