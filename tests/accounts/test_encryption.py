from pathlib import Path

import pytest

from accounts.encryption import UnreadableToken, decrypt_token, derive_key, encrypt_token
from tests.support.box import Box

KEY = "a-key-that-protects-nothing-at-all, but long enough"


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


# What a host wrote for version 0.2, and the key that it read there.
WRITTEN_FOR_0_2 = [
    ("SECRET_KEY", f'"{KEY}"', f'"{KEY}"'),
    ("SECRET_KEY", f"'{KEY}'", f"'{KEY}'"),
    ("SECRET_KEY", f" {KEY}\t", f" {KEY}\t"),
    ("SECRET_KEY", f"“{KEY}”", f"“{KEY}”"),
    ("SECRET_KEY", KEY, KEY),
    ("SECRET_KEY", "  ", "  "),
    ("TOKEN_KEY", f'"{KEY}"', f'"{KEY}"'),
    ("TOKEN_KEY", '""', '""'),
    ("TOKEN_KEYS_OLD", '"first,second"', '"first'),
    ("TOKEN_KEYS_OLD", '"first,second"', 'second"'),
    ("TOKEN_KEYS_OLD", "first, 'second'", " 'second'"),
    ("TOKEN_KEYS_OLD", "first, 'second'", "second"),
]


@pytest.mark.parametrize(("name", "written", "key"), WRITTEN_FOR_0_2)
def test_what_0_2_encrypted_is_read_with_the_same_bytes(tmp_path: Path, name: str, written: str, key: str):
    """Also by the processes that another one starts, with the environment it has itself."""
    sealed = derive_key(key).encrypt(b"token").decode()
    look = f"from accounts.encryption import decrypt_token; print(decrypt_token({sealed!r}), flush=True)"
    look_twice = f"{look}; import subprocess, sys; subprocess.run([sys.executable, '-c', {look!r}])"
    said = Box(tmp_path).ask_settings(look_twice, **{name: written})
    assert said.stdout.splitlines().count("token") == 2, said.stdout


@pytest.mark.parametrize(
    "line", [f'SECRET_KEY="{KEY}"', f"SECRET_KEY=“{KEY}”", f"SECRET_KEY=' {KEY} '", f"\ufeffSECRET_KEY={KEY}"]
)
def test_the_file_of_0_2_opens_what_it_opened(tmp_path: Path, line: str):
    """An editor's first sign hid the setting from 0.2, which took the key of the data folder."""
    box = Box(tmp_path)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/secret_key").write_text("made-by-0.2")
    key = "made-by-0.2" if line[0] == "\ufeff" else line.removeprefix("SECRET_KEY=").strip("\"'")
    file = tmp_path / ".env"
    file.write_text(f"{line}\n")
    sealed = derive_key(key).encrypt(b"token").decode()
    look = f"from accounts.encryption import decrypt_token; print(decrypt_token({sealed!r}))"
    said = box.ask_settings(look, SPOTWEB_ENV_FILE=str(file))
    assert said.stdout.strip() == "token", said.stdout


def test_new_tokens_and_cookies_are_made_with_the_plain_key(tmp_path: Path):
    """So that a host may take the quotes away, and nobody signs with what anybody could guess."""
    box = Box(tmp_path)
    look = "from accounts.encryption import encrypt_token as e; from django.conf import settings as s; "
    look += "print(e('token')); print(s.SECRET_KEY_FALLBACKS)"
    sealed, fallbacks = box.ask_settings(look, SECRET_KEY=f'"{KEY}"').stdout.splitlines()
    assert derive_key(KEY).decrypt(sealed.encode()) == b"token"
    assert fallbacks == str([f'"{KEY}"'])
    blank = box.ask_settings(look, SECRET_KEY="  ").stdout.splitlines()
    assert blank[1] == "[]"
