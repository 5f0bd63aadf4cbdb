"""Find a Chromium for the browser tests, or install one: the system's package, else Playwright's own.

The one without a user interface, as Playwright's own is, takes a third less processor time.
"""

import os
import shutil
import subprocess
import sys

_SHELL = "chromium-headless-shell"
_NAMES = [_SHELL, "chromium", "chromium-browser", "google-chrome"]
_FONTS = ["fonts-noto-core", "fonts-noto-color-emoji"]
# A mirror that does not answer must not hold up tests that could do without it.
_PATIENCE = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=15"]


def find() -> str | None:
    """The path of a browser on this machine, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def find_apt_get() -> list[str]:
    """How to call it here without being asked for a password; empty where that cannot be."""
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return ["apt-get"]
    return ["sudo", "-n", "apt-get"] if shutil.which("sudo") else []


def install(apt_get: list[str], *packages: str) -> bool:
    command = [*apt_get, "install", "-y", "-qq", "--no-install-recommends", *_PATIENCE, *packages]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def main() -> None:
    if shutil.which(_SHELL):
        return
    apt_get = find_apt_get()
    if find():
        # Not every distribution has it; then the tests only take longer.
        if apt_get and install(apt_get, _SHELL):
            print(f"Installed {_SHELL} for the browser tests.", flush=True)
        return
    print("No Chromium here: installing one for the browser tests …", flush=True)
    if apt_get:
        subprocess.run([*apt_get, "update", "-qq", *_PATIENCE], check=False)
        install(apt_get, _SHELL, *_FONTS) or install(apt_get, "chromium", *_FONTS)
    if not find():
        command = ["playwright", "install", "--with-deps", "--only-shell", "chromium"]
        subprocess.run([sys.executable, "-m", *command], check=True)


if __name__ == "__main__":
    main()
