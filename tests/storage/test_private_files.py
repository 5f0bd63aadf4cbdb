"""The data folder is for its owner alone, also one that somebody else has made, and whatever comes later."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import django, pathlib, os
django.setup()
from django.core.management import call_command
from django.db import connection
from django.conf import settings
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
cursor = connection.cursor()
cursor.execute("CREATE TABLE later (a)")
cursor.execute("INSERT INTO later VALUES (1)")
(settings.DATA_DIR / "exports").mkdir(exist_ok=True)
(settings.DATA_DIR / "exports" / "one.zip").write_bytes(b"PK")
(settings.DATA_DIR / "sandbox.json").write_text("{}")
for folder, _, names in os.walk(settings.DATA_ROOT):
    for path in [folder, *(os.path.join(folder, name) for name in names)]:
        print(oct(os.stat(path).st_mode & 0o777), path)
"""


def _list_modes(folder: Path) -> dict[str, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_ENV_FILE": os.devnull,
        "SPOTWEB_DATA_DIR": str(folder),
    }
    command = ["sh", "-c", f"umask 022; exec {sys.executable} -c '{SCRIPT}'"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    lines = (line.split(" ", 1) for line in done.stdout.splitlines())
    return {path: mode for mode, path in lines}


def test_a_folder_made_by_others_and_all_that_comes_into_it_is_private(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir(mode=0o755)
    folder.chmod(0o777)
    (folder / "backup.sqlite3").write_text("")
    (folder / "backup.sqlite3").chmod(0o644)
    modes = _list_modes(folder)
    database = {f"spotweb.sqlite3{end}" for end in ("", "-wal", "-shm")}
    assert database | {"one.zip", "sandbox.json"} <= {Path(path).name for path in modes}
    wanted = {path: "0o700" if Path(path).is_dir() else "0o600" for path in modes}
    assert modes == wanted
