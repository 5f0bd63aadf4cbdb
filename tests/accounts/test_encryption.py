import pytest

from accounts.encryption import UnreadableSeal, seal, unseal


def test_a_sealed_token_cannot_be_read_and_comes_back_whole(settings):
    assert "secret" not in seal("secret token")
    assert unseal(seal("secret token")) == "secret token"


def test_a_former_key_still_opens_what_it_sealed(settings):
    settings.TOKEN_KEY, settings.TOKEN_KEYS_OLD = "old key", []
    sealed = seal("token")
    settings.TOKEN_KEY, settings.TOKEN_KEYS_OLD = "new key", ["old key"]
    assert unseal(sealed) == "token"


def test_a_lost_key_is_said_and_guesses_nothing(settings):
    sealed = seal("token")
    settings.TOKEN_KEY = "another key"
    with pytest.raises(UnreadableSeal):
        unseal(sealed)
