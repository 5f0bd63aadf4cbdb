"""Find a Chromium for the browser tests, or install one: the system's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys

NAMES = ["chromium", "chromium-browser", "google-chrome"]


def find() -> str | None:
    """The path of a browser on this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _install_package() -> None:
    if not shutil.which("apt-get"):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not shutil.which("sudo"):
        return
    packages = ["chromium", "fonts-noto-core", "fonts-noto-color-emoji"]
    subprocess.run([*as_root, "apt-get", "update", "-qq"], check=False)
    subprocess.run(
        [*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False
    )


def main() -> None:
    if find():
        return
    print("No Chromium here: installing one for the browser tests …", flush=True)
    _install_package()
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


if __name__ == "__main__":
    main()
