"""The app's own settings, as the demo runs them, on ports and in a data folder of this test run's own."""

import atexit
import os
import secrets
import shutil
import socket
import tempfile
from pathlib import Path


def free_port() -> int:
    """Below the ports that the system hands out by itself, or a connection of a test could sit on it."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


_data = Path(tempfile.mkdtemp(prefix="spotweb-test-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
# Of the first process of a test run, and of all that it starts.
os.environ.setdefault("TEST_SHARED_FOLDER", str(_data))
# The household's own settings must not lead a test to its Spotify app, cache or database.
_OTHERS = {
    "CACHE_URL",
    "DATABASE_URL",
    "SECRET_KEY",
    "TOKEN_KEY",
    "TOKEN_KEYS_OLD",
    "ALLOWED_HOSTS",
    "BIND",
    "LAN",
}
for _name in [name for name in os.environ if name.startswith(("SPOTIFY_", "SPOTWEB_")) or name in _OTHERS]:
    del os.environ[_name]
_port = free_port()
os.environ |= {
    "SPOTWEB_ENV_FILE": os.devnull,
    "SPOTWEB_DATA_DIR": str(_data),
    "PORT": str(_port),
    "DJANGO_LIVE_TEST_SERVER_ADDRESS": f"127.0.0.1:{_port}",  # where pytest-django serves live pages
    "SANDBOX_PORT": str(free_port()),
    "SPOTIFY_QUOTA_MODE": os.environ.get("TEST_QUOTA_MODE", "development"),
    "SPOTIFY_PACE_REQUESTS": "0",  # tests press more buttons in a second than a household in a minute
    "SITE_NAME": "Our Music",
    "TZ": "UTC",
    "DEBUG": "false",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright keeps an event loop in the thread of the tests
}
# `make test-engines` says where they are.
if database_url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = database_url
if cache_url := os.environ.get("TEST_CACHE_URL"):
    # Each process of the test run empties its own.
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["CACHE_URL"] = f"{cache_url}/{number}"

from spotweb.settings import *  # noqa: E402, F403
from spotweb.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server must meet the same locks as in a house.
    DATABASES["default"] |= {"TEST": {"NAME": str(_data / "test.sqlite3")}, "CONN_MAX_AGE": 0}
    # What a test wrote need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    # Else threads of the live server would hold on to the test database, which then cannot be dropped.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
