"""Makes the household a service of systemd, or takes it away: `make install-service` and its opposite.

It asks nothing and says what it did. Installing again is how an update comes in. The data folder is never
deleted.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
USER = "spotweb"
CODE, DATA = Path("/opt/spotweb"), Path("/var/lib/spotweb")
SETTINGS = DATA / "settings.env"
UNIT = Path("/etc/systemd/system/spotweb.service")
OVERRIDES = UNIT.with_suffix(".service.d")
COMMAND = Path("/usr/local/bin/spotweb")
# What each start makes anew, or belongs to the one that runs.
NOT_MOVED = ("static", "bundles", "stylesheet", "staticfiles", "*.lock", "*.sock")
FIRST_SETTINGS = """# Settings (docs/configuration.md lists them). Afterwards: systemctl restart spotweb
# Without keys of your own it is the demo.
#SPOTIFY_CLIENT_ID=
#SPOTIFY_CLIENT_SECRET=
#TZ=Europe/Berlin
# Open to phones and tablets of your network:
#LAN=1
"""


def install() -> None:
    _require_own_python()
    _require_stopped(CHECKOUT / "data")
    _make_user()
    print(f"Installing the app in {CODE} …", flush=True)
    draft = _make_code(CODE.with_name("spotweb.new"))
    is_update = UNIT.exists()
    if is_update:
        _run("systemctl", "stop", UNIT.name)
    for remark in _make_data():
        print(remark)
    shutil.rmtree(CODE, ignore_errors=True)
    draft.rename(CODE)
    shutil.copyfile(CHECKOUT / "deploy/spotweb.service", UNIT)
    shutil.copyfile(CHECKOUT / "deploy/spotweb", COMMAND)
    COMMAND.chmod(0o755)
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", "--quiet", UNIT.name)
    print("Starting …", flush=True)
    begin = int(time.time())
    # Ready, or not at all: the unit says when it can be opened.
    if subprocess.run(["systemctl", "start", UNIT.name], check=False).returncode:
        _show_log(begin, "--lines=15")
        sys.exit("It doesn't start; the lines above say why. It is tried again every ten seconds.")
    _show_log(begin, "--grep=is ready|network:|code:")
    print(
        f"\n{'Updated' if is_update else 'Installed'}: the service runs, and starts with this machine.\n"
        f"  settings  {SETTINGS}, then: sudo systemctl restart spotweb\n"
        f"  data      {DATA}, backups in {DATA}/backups\n"
        f"  commands  sudo spotweb backup, sudo spotweb spotify_doctor\n"
        f"  log       journalctl -u spotweb\n"
        f"  update    git pull && sudo make install-service\n"
        f"  remove    sudo make uninstall-service; {DATA} stays"
    )


def uninstall() -> None:
    if UNIT.exists():
        _run("systemctl", "disable", "--now", "--quiet", UNIT.name)
    for path in (UNIT, COMMAND):
        path.unlink(missing_ok=True)
    for folder in (OVERRIDES, CODE, CODE.with_name("spotweb.new")):
        shutil.rmtree(folder, ignore_errors=True)
    _run("systemctl", "daemon-reload")
    subprocess.run(
        ["systemctl", "reset-failed", "--quiet", UNIT.name], check=False, stderr=subprocess.DEVNULL
    )
    if DATA.exists():
        _give_to(DATA, "root")  # not to whoever gets the number of the user next
    if _has_user():
        _run("userdel", USER)
    print(f"The service, its user and {CODE} are gone.")
    if DATA.exists():
        print(f"Your household is still in {DATA}. To delete it for good: rm -r {DATA}")


def _show_log(since: int, option: str) -> None:
    command = ["journalctl", "--no-pager", "--output=cat", f"--unit={UNIT.name}", f"--since=@{since}", option]
    subprocess.run(["journalctl", "--sync"], check=False)  # what was just said is not written yet
    subprocess.run(command, check=False)


def _require_own_python() -> None:
    """The service may not look into home folders, where a Python of one's own often lies."""
    place = Path(sys.executable).resolve()
    if place.is_relative_to("/home") or place.is_relative_to("/root"):
        sys.exit(
            f"{place} is in a home folder, which the service can't see. "
            "Name another one: make PYTHON=/usr/bin/python3 …"
        )


def _require_stopped(folder: Path) -> None:
    for lock in folder.glob("**/run.lock"):
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit(
                    f"The app runs on {lock.parent}. Stop it first (Ctrl-C where `make run` was started)."
                )


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _make_user() -> None:
    if not _has_user():
        _run(
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            f"--home-dir={DATA}",
            "--shell=/usr/sbin/nologin",
            USER,
        )


def _make_code(folder: Path) -> Path:
    """The app, complete, in a folder that takes the place of the old one: until then that one runs on."""
    shutil.rmtree(folder, ignore_errors=True)
    os.umask(0o022)
    folder.mkdir()
    # The list of what the app is made of has one home.
    lines = (CHECKOUT / ".dockerignore").read_text().splitlines()
    for name in (line[1:] for line in lines if line.startswith("!")):
        source, copy = CHECKOUT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, copy)
    python = str(folder / ".venv/bin/python")
    if subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=False).returncode:
        sys.exit("Python can't make a virtual environment; on Debian and Ubuntu install python3-venv.")
    locks = ["requirements.txt"]
    if any(line.startswith(("DATABASE_URL=", "CACHE_URL=")) for line in _read_settings()):
        locks.append("requirements-engines.txt")
    for lock in locks:
        _run(
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:",
            "--require-hashes", f"--requirement={folder / lock}",
        )  # fmt: skip
    environment = {**os.environ, "SPOTWEB_ENV_FILE": os.devnull, "SPOTWEB_DATA_DIR": str(folder / "build")}
    _run(
        python, str(folder / "manage.py"), "collectstatic", "-v", "0", "--noinput",
        environment=environment | {"SPOTWEB_STATIC_DIR": "staticfiles"},
    )  # fmt: skip
    shutil.rmtree(folder / "build")
    # The times of files say nothing about them after a checkout of an older version.
    _run(python, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", "-x", r"\.venv", str(folder))
    _run("chmod", "-R", "a+rX,go-w", str(folder))
    return folder


def _make_data() -> list[str]:
    """The data folder with its settings; a new one takes over what the checkout has. Returns remarks."""
    said = []
    is_new = not DATA.exists()
    DATA.mkdir(mode=0o700, exist_ok=True)
    before = CHECKOUT / "data"
    if is_new and any(before.glob("**/spotweb.sqlite3")):
        shutil.copytree(before, DATA, ignore=shutil.ignore_patterns(*NOT_MOVED), dirs_exist_ok=True)
        said.append(f"Your household was copied from {before} to {DATA}; the old folder isn't used any more.")
    if not SETTINGS.exists():
        own = CHECKOUT / ".env"
        SETTINGS.write_bytes(own.read_bytes() if own.exists() else FIRST_SETTINGS.encode())
        if own.exists():
            said.append(f"Your settings were copied from {own} to {SETTINGS}.")
    _give_to(DATA, USER)
    DATA.chmod(0o700)
    SETTINGS.chmod(0o600)
    return said


def _read_settings() -> list[str]:
    path = SETTINGS if SETTINGS.exists() else CHECKOUT / ".env"
    text = path.read_text(errors="replace") if path.exists() else ""
    return [line.strip().removeprefix("export ") for line in text.splitlines()]


def _give_to(folder: Path, user: str) -> None:
    _run("chown", "-R", "--no-dereference", f"{user}:", str(folder))


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, env=environment, check=False).returncode:
        sys.exit(f"This failed: {' '.join(command)}")


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("This changes the system: sudo make install-service")
    if not Path("/run/systemd/system").exists():
        sys.exit("systemd doesn't run here. docs/self-hosting.md has other ways.")
    {"install": install, "uninstall": uninstall}[sys.argv[1]]()
