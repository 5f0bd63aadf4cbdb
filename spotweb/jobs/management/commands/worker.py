"""The worker of the Procfile: django-tasks' own, and beside it the sweep for what gone workers have left."""

import logging
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django_tasks_db.management.commands import db_worker

from spotweb.jobs.registry import BEFORE_WORK
from spotweb.jobs.sweep import EVERY_S, sweep_jobs

logger = logging.getLogger(__name__)

# The sandbox needs some seconds on a busy machine.
SANDBOX_READY_WITHIN_S = 30


class Command(db_worker.Command):
    help = (
        "Do what pages leave to the background, and take up what another worker was ended in the middle of."
    )

    def handle(self, *, batch: bool, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        for check in BEFORE_WORK:
            check()
        _sweep_once()
        if not batch:
            if settings.IS_DEMO:
                _wait_for_sandbox()
            threading.Thread(target=_sweep_forever, name="sweep", daemon=True).start()
        super().handle(batch=batch, **options)


def _wait_for_sandbox() -> None:
    """In the demo Spotify starts together with the worker: what is due would fail before it listens."""
    deadline = time.monotonic() + SANDBOX_READY_WITHIN_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", settings.SANDBOX_PORT)) == 0:
                return
        time.sleep(0.1)


def _sweep_forever() -> None:
    """A thread of its own, so that a long task delays nothing."""
    while True:
        time.sleep(EVERY_S)
        _sweep_once()
        connections.close_all()


def _sweep_once() -> None:
    try:
        sweep_jobs()
    except DatabaseError:  # busy or away; the next round is soon
        logger.warning("The sweep failed", exc_info=True)
