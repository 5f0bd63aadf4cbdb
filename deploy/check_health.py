"""Is the household well? For the HEALTHCHECK of the image; twice a minute, so without Django.

Prints what `/healthz` says and ends with 1 unless all works.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

ANSWERS_WITHIN_S = 8


def main() -> int:
    house = urlsplit(os.environ.get("SPOTWEB_URL", "").strip("\"' "))
    door = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=ANSWERS_WITHIN_S
    )
    try:
        door.request("GET", f"{house.path.rstrip('/')}/healthz")
        answer = door.getresponse()
        print(answer.read(2000).decode(errors="replace").strip())
    except OSError as error:
        print(f"No answer on port {door.port}: {error}")
        return 1
    return 0 if answer.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
