"""The worker of the Procfile: django-tasks' own, and beside it the sweep for what gone workers have left."""

import logging
import math
import socket
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django_tasks_db.management.commands import db_worker

from spotweb.folder_lock import share_folder
from spotweb.jobs import presence
from spotweb.jobs.patience import PAUSE_S, is_worker, record_outage, stopping, wait_out
from spotweb.jobs.registry import BEFORE_WORK, CHORES
from spotweb.jobs.sweep import EVERY_S, sweep_jobs
from spotweb.memory import share_heap
from spotweb.outages import TEXTS, find_outage
from spotweb.startup_report import report_up

logger = logging.getLogger(__name__)

# The sandbox needs some seconds on a busy machine.
SANDBOX_READY_WITHIN_S = 30
SAID_EVERY_S = 60
CHORES_EVERY_S = 60


class PatientWorker(db_worker.Worker):
    """django-tasks' own, which ends as soon as the database is locked or the disk is full."""

    def run(self) -> None:
        said_at = -math.inf
        while True:
            try:
                super().run()
            except (DatabaseError, OSError) as error:
                outage = find_outage(error)
                if not outage or self.batch:
                    raise
                if time.monotonic() - said_at > SAID_EVERY_S:
                    said_at = time.monotonic()
                    logger.warning("Work waits: %s", TEXTS[outage])
                record_outage(outage)
                connections.close_all()
                stopping.wait(PAUSE_S)
            else:
                return

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stopping.set()
        super().shutdown(signum, frame)


class Command(db_worker.Command):
    help = (
        "Do what pages leave to the background, and take up what another worker was ended in the middle of."
    )

    def handle(self, *, batch: bool, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        if not batch:
            share_heap()
            is_worker.set()
            share_folder(settings.DATA_DIR)
        for check in BEFORE_WORK:
            check() if batch else wait_out(check)
        _sweep_once()
        if not batch:
            report_up()
            if settings.IS_DEMO:
                _wait_for_sandbox()
            presence.announce(options["worker_id"])
            threading.Thread(target=_sweep_forever, name="sweep", daemon=True).start()
            threading.Thread(target=_do_chores_forever, name="chores", daemon=True).start()
        # The base looks the class up by this name.
        db_worker.Worker = PatientWorker  # type: ignore[misc]
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


def _do_chores_forever() -> None:
    while not stopping.is_set():
        for chore in CHORES:
            try:
                chore()
            except DatabaseError as error:
                outage = find_outage(error)
                logger.warning("%s: %s", chore.__name__, TEXTS.get(outage, error), exc_info=not outage)
            except Exception:
                # The others, and this one's next round, go on.
                logger.exception("%s failed", chore.__name__)
        connections.close_all()
        stopping.wait(CHORES_EVERY_S)


def _sweep_once() -> None:
    try:
        sweep_jobs()
    except DatabaseError as error:  # busy or away; the next round is soon
        outage = find_outage(error)
        logger.warning("The sweep failed: %s", TEXTS.get(outage, error), exc_info=not outage)
