"""The app's own settings, as the demo runs them, on ports and in a data folder of this test run's own."""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_data = Path(tempfile.mkdtemp(prefix="spotweb-test-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith(("SPOTIFY_", "SPOTWEB_", "CACHE_URL"))]:
    del os.environ[_name]
os.environ |= {
    "SPOTWEB_DATA_DIR": str(_data),
    "PORT": str(_free_port()),
    "SANDBOX_PORT": str(_free_port()),
    "SPOTIFY_QUOTA_MODE": os.environ.get("TEST_QUOTA_MODE", "development"),
    "SITE_NAME": "Our Music",
    "TZ": "UTC",
    "DEBUG": "false",
}

from spotweb.settings import *  # noqa: E402, F403
from spotweb.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server must meet the same locks as in a house.
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
