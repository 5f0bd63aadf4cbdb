"""Install nginx and Caddy from the system's packages where that may be done: `make proxies`.

The tests of docs/https.md start them on ports of their own, and are skipped where they are missing.
"""

import os
import shutil

from tests.get_chromium import find_apt_get, install

_PACKAGES = {"nginx": "nginx-light", "caddy": "caddy"}


def find(program: str) -> str | None:
    """Also where the path of a plain user does not lead."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def main() -> None:
    missing = [package for program, package in _PACKAGES.items() if not find(program)]
    apt_get = find_apt_get()
    if not missing or not apt_get:
        return
    print(f"Installing {' and '.join(missing)} for the tests …", flush=True)
    # The packages would start servers of their own, which nothing here needs.
    os.environ |= {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for package in missing:
        install(apt_get, package)


if __name__ == "__main__":
    main()
