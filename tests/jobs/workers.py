"""Workers as a box runs them: processes of their own, on the test's database."""

import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command

from tests.support.database import environment_of_process

_SCRIPT = """
import dataclasses, django
django.setup()
from django.core.management import call_command
from spotweb.jobs import registry
kinds = registry.get_kinds()
for name, kind in list(kinds.items()):
    kinds[name] = dataclasses.replace(kind, slice_s={slice_s})
call_command("worker", batch={batch}, interval=0.1, startup_delay=False, verbosity=0)
"""


def work():
    """All that waits for the worker, done here and now."""
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@contextmanager
def worker_process(*, slice_s=15.0, batch=False, script=""):
    """A worker of its own, or another script, killed at the end at the latest."""
    script = script or _SCRIPT.format(slice_s=slice_s, batch=batch)
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment_of_process())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition, *, within_s=120):
    """Wait for an event, generously: how fast a busy machine is, no test can say."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
