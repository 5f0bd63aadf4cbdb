"""How a process of the Procfile tells `manage.py run` that it is up: with a line that only this one reads.

Living for some seconds is no proof: on a slow box a broken installation takes longer than that to fail.
"""

import os
import sys

VARIABLE = "RUN_WAITS_FOR_REPORT"
MARK = "\x1eup"


def report_up() -> None:
    """Say once that this process does its work from now on; nothing when it was started by something else."""
    if os.environ.get(VARIABLE):
        sys.stdout.write(f"{MARK}\n")
        sys.stdout.flush()
