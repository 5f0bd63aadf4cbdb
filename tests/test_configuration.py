"""What a host may write into the environment or `.env`: each mistake is told in one line."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.support.box import OWN_KEYS, ROOT, Box

Read = Callable[..., dict[str, Any]]
ID, SECRET = OWN_KEYS.values()
LATIN = "TZ=Europe/Berlin\nSITE_NAME=Müsli\n".encode("latin-1")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "data")


@pytest.fixture
def read_settings(box: Box) -> Read:
    """What the settings make of an environment, without the process that each start is."""

    def read(**environment: str) -> dict[str, Any]:
        wanted, kept = box.get_environment(**environment), dict(os.environ)
        _exchange_environment(wanted)
        try:
            return runpy.run_path(str(ROOT / "spotweb/settings.py"))
        finally:
            _exchange_environment(kept)  # with `.env` came more than was wanted

    return read


def _exchange_environment(other: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(other)


def _lines(said: str) -> list[str]:
    assert "Traceback" not in said
    first, *lines = said.strip().splitlines()
    assert first == "The settings aren't right:"
    return lines


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SPOTIFY_CLIENT_IDD": ID}, ["SPOTIFY_CLIENT_IDD", "Did you mean SPOTIFY_CLIENT_ID?"]),
        ({"SPOTIFY_CLIENTID": ID}, ["SPOTIFY_CLIENTID", "Did you mean SPOTIFY_CLIENT_ID?"]),
        ({"spotify_client_id": ID}, ["spotify_client_id", "Did you mean SPOTIFY_CLIENT_ID?"]),
        ({"SPOTFY_CLIENT_ID": ID}, ["SPOTFY_CLIENT_ID", "Did you mean SPOTIFY_CLIENT_ID?"]),
        ({"SPOTWEB_ULR": "https://music.example"}, ["SPOTWEB_ULR", "Did you mean SPOTWEB_URL?"]),
        ({"SPOTWEB_PORT": "8010", "PORT": ""}, ["SPOTWEB_PORT", "Did you mean PORT?"]),
        ({"SPOTIFY_CLIENT_SECRET": SECRET}, ["SPOTIFY_CLIENT_SECRET is set, but SPOTIFY_CLIENT_ID isn't"]),
        ({"SPOTIFY_CLIENT_ID": ID[:-1]}, ["SPOTIFY_CLIENT_ID", "32 signs", "has 31 signs"]),
        ({"SPOTIFY_CLIENT_ID": f"{ID[:-1]}x"}, ["SPOTIFY_CLIENT_ID", "1 of them not allowed"]),
        ({"SPOTIFY_CLIENT_ID": "…"}, ["SPOTIFY_CLIENT_ID", "has 1 sign"]),
        ({**OWN_KEYS, "SPOTIFY_CLIENT_SECRET": "secret"}, ["SPOTIFY_CLIENT_SECRET", "has 6 signs"]),
        ({**OWN_KEYS, "SPOTIFY_CLIENT_SECRET": ID}, ["are the same", "View client secret"]),
        ({"SPOTIFY_QUOTA_MODE": "dev"}, ["SPOTIFY_QUOTA_MODE is “dev”", "development or extended"]),
        ({"PORT": "eight"}, ["PORT is “eight”", "a whole number from 1 to 65535"]),
        ({"PORT": "80000"}, ["PORT is “80000”", "a whole number from 1 to 65535"]),
        ({"SANDBOX_PORT": "9140", "PORT": "9140"}, ["PORT and SANDBOX_PORT are both 9140"]),
        ({"STATUS_TOKEN": "secret"}, ["STATUS_TOKEN", "6 signs", "take 16 or more"]),
        ({"SPEAKER_BUILD_DATE": "1.9.2026"}, ["SPEAKER_BUILD_DATE is “1.9.2026”", "such as 2026-11-29"]),
        ({"LOG_FORMAT": "xml"}, ["LOG_FORMAT is “xml”", "text or json"]),
        ({"WEB_THREADS": "2"}, ["WEB_THREADS is “2”", "a whole number from 6 to 500"]),
        ({"SPOTIFY_PACE_SECONDS": "a while"}, ["SPOTIFY_PACE_SECONDS", "a number from 1 to 86400"]),
        ({"DEBUG": "maybe"}, ["DEBUG is “maybe”", "true or false"]),
        ({"LOG_LEVEL": "LOUD"}, ["LOG_LEVEL is “LOUD”", "DEBUG or INFO or WARNING or ERROR"]),
        ({"SPOTWEB_URL": "music.example"}, ["has to begin with http", "Did you mean https://music.example?"]),
        ({"SPOTWEB_URL": "https://"}, ["SPOTWEB_URL", "names no host"]),
        ({"SPOTWEB_URL": "https://music.example:port"}, ["SPOTWEB_URL is “https://music.example:port”"]),
        ({"SPOTWEB_URL": "https://music.example:99999"}, ["SPOTWEB_URL is “https://music.example:99999”"]),
        ({"SPOTWEB_URL": "https://music.example:0"}, ["its port is no number from 1 to 65535"]),
        ({"SPOTWEB_URL": "http://fd00::1:8000"}, ["an IPv6 address stands in brackets"]),
        ({"SPOTWEB_URL": "http://[fe80::1%25eth0]"}, ["no IPv6 address that a browser can open"]),
        ({"SPOTWEB_URL": "http://[music.example]"}, ["no IPv6 address"]),
        ({"SPOTWEB_URL": "https://*.example"}, ["“*.example” is no host"]),
        ({"SPOTWEB_URL": "https://music_box.example"}, ["is no host: names have letters, digits, - and ."]),
        ({"SPOTWEB_URL": "https://music..example"}, ["“music..example” is no host"]),
        ({"SPOTWEB_URL": "http://192.168.1.555:8000"}, ["“192.168.1.555” is no IP address"]),
        ({"export SPOTWEB_URL": "https://music.example"}, ["Did you mean SPOTWEB_URL?"]),
        ({"BIND": "0.0.0.0:8000"}, ["BIND is “0.0.0.0:8000”", "The port is PORT"]),
        ({"BIND": "*"}, ["BIND is “*”", "0.0.0.0 for all of them"]),
        ({"ALLOWED_HOSTS": "music.lan, a/../b, music box_1"}, ["ALLOWED_HOSTS", "“box_1” is no host"]),
        ({"BACKUP_DAYS": "99999999999"}, ["BACKUP_DAYS", "a whole number from 0 to 36500"]),
        ({"WEB_THREADS": "100000"}, ["WEB_THREADS", "a whole number from 6 to 500"]),
        ({"SPOTWEB_DATA_DIR": "/dev/null/data"}, ["SPOTWEB_DATA_DIR is /dev/null/data", "Not a directory"]),
        (
            {**OWN_KEYS, "SPOTIFY_API_URL": "https://api.spotify.com"},
            ["https://api.spotify.com/v1. Leave it"],
        ),
        ({"SPOTWEB_URL": "https://nas.example/?a=1"}, ["may have nothing after “?”"]),
        (
            {"SPOTWEB_URL": "https://nas.example/our music"},
            ["SPOTWEB_URL is “https://nas.example/our music”"],
        ),
        ({"SPOTWEB_URL": "https://music .example"}, ["there is a space in it"]),
        ({"SPOTWEB_LAN_URL": "auto"}, ["To have it found set LAN=1"]),
        ({"SPOTWEB_URL": "https://nas.example/a//b"}, ["“/a//b”", "as in https://nas.example/music"]),
        ({"SPOTWEB_URL": "https://nas.example/../x"}, ["“/../x”", "letters, digits"]),
        ({"SPOTWEB_URL": "https://nas.example/playlists/"}, ["has pages of that name", "/music"]),
        ({"SPOTWEB_URL": "https://ada:pw@music.example"}, ["may hold no name and password"]),
        ({"SPOTWEB_URL": "http://0.0.0.0:8000"}, ["no browser can open", "BIND=0.0.0.0"]),
        (
            {**OWN_KEYS, "SPOTIFY_API_URL": "api.spotify.com/v1"},
            ["SPOTIFY_API_URL", "has to begin with http"],
        ),
        ({"DATABASE_URL": "mysql://a:topsecret@host/name"}, ["DATABASE_URL has to begin with postgres://"]),
        ({"DATABASE_URL": "sqlite://house.sqlite3"}, ["names no file, so all would be lost", "sqlite:////"]),
        ({"DATABASE_URL": "sqlite:house.sqlite3"}, ["names no file, so all would be lost"]),
        ({"DATABASE_URL": "sqlite:///:memory:"}, ["names no file, so all would be lost"]),
        ({"DATABASE_URL": "postgres://ada:top#topsecret@host/name"}, ["write # as %23"]),
        ({"DATABASE_URL": "nonsense"}, ["DATABASE_URL", "postgres://user:password@host/name"]),
        ({"DATABASE_URL": "postgres://a:topsecret@host:port/name"}, ["DATABASE_URL"]),
        ({"CACHE_URL": "locmem://"}, ["CACHE_URL has to begin with redis://", "share the cache"]),
        ({"CACHE_URL": "redis:cache"}, ["CACHE_URL has to begin with redis://"]),
        ({"CACHE_URL": "nonsense://x"}, ["CACHE_URL", "redis://127.0.0.1:6379/0"]),
        ({"TZ": "Europe/Brelin"}, ["no “Europe/Brelin”", "Did you mean Europe/Berlin?"]),
        ({"TZ": "GMT+02:00"}, ["no “GMT+02:00”. It has a name such as Europe/Berlin"]),
        ({"BACKUP_DIR": "D:\\music"}, ["BACKUP_DIR is “D:\\music”, a path of Windows"]),
        ({**OWN_KEYS, "SPOTWEB_OWNER": "https://spotify.link/abc"}, ["no link to a Spotify profile"]),
        ({"TZ": "Berlin"}, ["no “Berlin”", "Did you mean Europe/Berlin?"]),
        (
            {**OWN_KEYS, "SPOTWEB_OWNER": "ada@home.example"},
            ["SPOTWEB_OWNER is the link to a Spotify profile"],
        ),
        ({"SITE_NAME": "Spotless"}, ["SITE_NAME may not start with “Spot”"]),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else None,
)
def test_a_mistake_is_told_in_one_line(read_settings: Read, environment: dict[str, str], words: list[str]):
    with pytest.raises(ImproperlyConfigured) as told:
        read_settings(**environment)
    (line,) = str(told.value).splitlines()
    assert all(word in line for word in words), line
    assert "topsecret" not in line


def test_a_server_without_a_database_is_no_address(read_settings: Read):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL names no database"):
        read_settings(DATABASE_URL="postgres://ada:secret@host")


@pytest.mark.parametrize("command", ["run", "spotify_doctor", "migrate"])
def test_all_mistakes_stop_every_command_at_once(box: Box, command: str):
    wrong = {
        "PORT": "eight",
        "TZ": "Mars",
        "SPOTIFY_QUOTA_MODE": "dev",
        "SPOTWEB_URL": "music",
        "DATABASE_URL": "?",
    }
    said = box.manage(command, **wrong)
    assert said.returncode == 1
    assert len(_lines(said.stdout)) == 5


def test_a_web_server_of_ones_own_is_told_too(box: Box):
    said = subprocess.run(
        [sys.executable, "-c", "import spotweb.wsgi"],
        cwd=ROOT,
        env=box.get_environment(SPOTIFY_CLIENT_IDD=ID),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 4, "by which gunicorn knows that another try would end in the same way"
    (line,) = _lines(said.stderr)
    assert "There is no setting SPOTIFY_CLIENT_IDD (in the environment). Did you mean" in line


def test_a_secret_may_come_in_a_file(read_settings: Read, box: Box, tmp_path: Path):
    """As containers and systemd hand it over; the processes that are started inherit the value alone."""
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    settings = read_settings(SPOTIFY_CLIENT_ID=ID, SPOTIFY_CLIENT_SECRET_FILE=str(file))
    assert settings["SPOTIFY_CLIENT_SECRET"] == SECRET
    for place, environment, words in (
        (file, {"SPOTIFY_CLIENT_SECRET": SECRET}, "are both set"),
        (tmp_path / "nowhere", {}, "can't be read: No such file"),
        (Path(os.devnull), {}, "is empty"),
    ):
        with pytest.raises(ImproperlyConfigured, match=words):
            read_settings(SPOTIFY_CLIENT_ID=ID, SPOTIFY_CLIENT_SECRET_FILE=str(place), **environment)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("SPOTWEB_URL", ' "https://music.example" ', "https://music.example"),
        ("SPOTWEB_URL", "https://Music.Example:443/", "https://music.example"),
        ("SPOTWEB_URL", "https://nas.example/Our-Music/", "https://nas.example/Our-Music"),
        ("SPOTWEB_URL", "https://müsik.example/", "https://xn--msik-0ra.example"),
        ("SPOTWEB_URL", "https://Straße.example", "https://xn--strae-oqa.example"),  # as browsers have it
        ("TZ", "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("PORT", '"8010"\r', "8010"),
        ("SPOTIFY_CLIENT_ID", f"“{ID}”", ID),
        ("SPOTIFY_CLIENT_ID", f"'{ID} '", ID),
        ("SPOTIFY_CLIENT_SECRET", f"\t{SECRET}\n", SECRET),
        ("SPOTIFY_QUOTA_MODE", "Extended", "extended"),
        ("SPOTIFY_API_URL", "https://API.spotify.com:443/v1/", "https://api.spotify.com/v1"),
        ("TZ", " europe/berlin", "Europe/Berlin"),
        ("LOG_LEVEL", "info", "INFO"),
        ("BIND", "[::1]", "::1"),
        ("SPOTWEB_OWNER", "https://open.spotify.com/user/ada%2Ex?si=1", "ada.x"),
        ("SPOTWEB_OWNER", "spotify:user:ada", "ada"),
        ("WEB_THREADS", "", "24"),
    ],
)
def test_spaces_quotes_and_case_do_no_harm(read_settings: Read, name: str, value: str, wanted: str):
    found = read_settings(**{**OWN_KEYS, name: value})["TIME_ZONE" if name == "TZ" else name]
    assert str(found.geturl() if name == "SPOTWEB_URL" else found) == wanted


def test_further_names_may_be_written_as_addresses(read_settings: Read):
    names = 'https://Music.Example:8443/ ["nas.lan"], *.home.example  [fd00::7]:8000 fd00::8'
    found = read_settings(ALLOWED_HOSTS=names)["ALLOWED_HOSTS"]
    assert found[-5:] == ["music.example", "nas.lan", ".home.example", "[fd00::7]", "[fd00::8]"]


@pytest.mark.parametrize(
    "text",
    [
        f"SPOTIFY_CLIENT_ID={ID}\n".encode("utf-8-sig"),
        f"SPOTIFY_CLIENT_ID={ID}\r\n".encode("utf-16"),
        f'export SPOTIFY_CLIENT_ID="{ID}"  # mine\n'.encode(),
        f"SPOTIFY_CLIENT_ID = ' {ID} '\n".encode(),
    ],
)
def test_a_file_may_come_from_any_editor(read_settings: Read, tmp_path: Path, text: bytes):
    file = tmp_path / ".env"
    file.write_bytes(text)
    found = read_settings(SPOTWEB_ENV_FILE=str(file))
    assert (found["SPOTIFY_CLIENT_ID"], found["IS_DEMO"]) == (ID, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"SPOTIFY_CLIENT_ID: {ID}\n".encode(), ["Line 1 of", "NAME=value"]),
        (f"TZ=UTC\n\nset SPOTIFY_CLIENT_ID={ID}\n".encode(), ["Line 3 of", "NAME=value"]),
        (f"CLIENT_ID={ID}\n".encode(), ["no setting CLIENT_ID (in .env)", "mean SPOTIFY_CLIENT_ID?"]),
        (f"SPOTIFY_APP_ID={ID}\n".encode(), ["SPOTIFY_APP_ID (in .env)", "mean SPOTIFY_CLIENT_ID?"]),
        (f"SPOTIPY_CLIENT_ID={ID}\n".encode(), ["SPOTIPY_CLIENT_ID (in .env)", "mean SPOTIFY_CLIENT_ID?"]),
        (f'Environment="SPOTIFY_CLIENT_ID={ID}"\n'.encode(), ["Write SPOTIFY_CLIENT_ID=value alone"]),
        (b"DATABSE_URL=postgres://h/n\n", ["no setting DATABSE_URL (in .env)", "mean DATABASE_URL?"]),
        (LATIN, ["n't a text file in UTF-8"]),
    ],
)
def test_a_file_that_says_something_else_is_not_the_demo(
    read_settings: Read, tmp_path: Path, text: bytes, words: list[str]
):
    file = tmp_path / ".env"
    file.write_bytes(text)
    with pytest.raises(ImproperlyConfigured) as told:
        read_settings(SPOTWEB_ENV_FILE=str(file))
    (line,) = str(told.value).splitlines()
    assert all(word in line for word in words), line
    assert ID not in line


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SPOTIFY_WEATHER": "fine"}, "There is no setting SPOTIFY_WEATHER"),
        ({**OWN_KEYS, "SPOTIFY_CLIENT_IDS": "x"}, "There is no setting SPOTIFY_CLIENT_IDS"),
        ({"SPOTWEB_URL": "https://127.0.0.1:8000"}, "the app answers http: use http://127.0.0.1:8000"),
        ({"SPOTWEB_URL": "http://127.0.0.1:8000", "PORT": "8010"}, "the app listens on 8010 (PORT)"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is short enough to be guessed"),
        ({"SPOTWEB_ENV_FILE": "/nowhere/.envv"}, "there is no such file"),
    ],
)
def test_what_may_be_meant_is_a_note(read_settings: Read, environment: dict[str, str], words: str):
    (note,) = read_settings(**environment)["SETTING_REMARKS"]
    assert words in note


def test_a_name_that_stands_twice_is_a_note(read_settings: Read, tmp_path: Path):
    (tmp_path / ".env").write_text("TZ=UTC\nPORT=8010\nTZ=Europe/Berlin\n")
    found = read_settings(SPOTWEB_ENV_FILE=str(tmp_path / ".env"), TZ="", PORT="")
    assert [note for note in found["SETTING_REMARKS"] if "Line 3 of" in note and "TZ stands" in note]


def test_a_passphrase_that_a_comment_cuts_is_a_note(read_settings: Read, tmp_path: Path):
    (tmp_path / ".env").write_text("BACKUP_PASSPHRASE=my # one\n")
    found = read_settings(SPOTWEB_ENV_FILE=str(tmp_path / ".env"))
    assert [note for note in found["SETTING_REMARKS"] if "what stands behind # is left out" in note]
    (tmp_path / ".env").write_text("BACKUP_PASSPHRASE='my # one'  # kept\n")
    found = read_settings(SPOTWEB_ENV_FILE=str(tmp_path / ".env"), BACKUP_PASSPHRASE="")
    assert not [note for note in found["SETTING_REMARKS"] if "what stands behind" in note]


def test_the_shell_of_a_developer_may_hold_keys_of_other_clients(read_settings: Read):
    assert read_settings(SPOTIPY_CLIENT_ID=ID)["SETTING_REMARKS"] == []


def test_a_database_file_is_the_same_wherever_a_command_is_started(read_settings: Read):
    found = read_settings(DATABASE_URL="sqlite:///house.sqlite3")["DATABASES"]["default"]["NAME"]
    assert found == ROOT / "house.sqlite3"


def test_a_note_is_said_and_stops_nothing(box: Box):
    said = box.manage("check", SECRET_KEY="short")
    assert said.returncode == 0, said.stdout
    assert [line for line in said.stdout.splitlines() if line.startswith("Note: SECRET_KEY is short")]


def test_names_that_containers_bring_are_nobodys_mistake(box: Box):
    brought = {
        "SPOTWEB_SERVICE_HOST": "10.0.0.1",
        "SPOTWEB_PORT": "tcp://10.0.0.1:80",
        "SPOTWEB_PORT_8000_TCP_ADDR": "10.0.0.1",
    }
    said = box.manage("check", **brought)
    assert (said.returncode, "Note" in said.stdout) == (0, False), said.stdout


def test_no_setting_of_the_documentation_is_unknown():
    table = (ROOT / "docs/configuration.md").read_text()
    names = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    code = (ROOT / "spotweb/settings.py").read_text()
    assert len(names) > 20
    assert not [name for name in names if f'"{name}"' not in code]
    assert os.environ["SPOTWEB_DATA_DIR"]


@pytest.mark.skipif(find_spec("psycopg") is None, reason="make engines")
@pytest.mark.parametrize(
    ("command", "place", "words"),
    [
        ("migrate", "127.0.0.1:9/home", "The database at 127.0.0.1:9/home doesn't answer"),
        ("house", "127.0.0.1:9/home", "The database at 127.0.0.1:9/home doesn't answer"),
        ("spotify_doctor", "nowhere.invalid/home", "nowhere.invalid:5432/home has a name nobody knows"),
        ("clearsessions", "nowhere.invalid/home", "nowhere.invalid:5432/home has a name nobody knows"),
    ],
)
def test_a_database_that_is_not_there_is_one_line(box: Box, command: str, place: str, words: str):
    said = box.manage(command, DATABASE_URL=f"postgres://ada:topsecret@{place}")
    assert said.returncode == 1
    assert words in said.stdout.splitlines()[-1]
    assert "Traceback" not in said.stdout
    assert "topsecret" not in said.stdout
