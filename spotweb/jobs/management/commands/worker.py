"""The worker of the Procfile: django-tasks' own, and beside it the sweep for what gone workers have left."""

import logging
import math
import socket
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from spotweb.jobs import presence
from spotweb.jobs.patience import PAUSE_S, is_worker, record_outage, stopping, wait_out
from spotweb.jobs.registry import BEFORE_WORK, CHORES
from spotweb.jobs.sweep import EVERY_S, sweep_jobs
from spotweb.processes.memory import freeze_loaded_objects, share_heap, trim_heap
from spotweb.processes.startup_report import report_up
from spotweb.storage.folder_lock import share_folder
from spotweb.storage.outages import TEXTS, find_outage

logger = logging.getLogger(__name__)

# The sandbox needs some seconds on a busy machine.
SANDBOX_READY_WITHIN_S = 30
SAID_EVERY_S = 60
CHORES_EVERY_S = 60
# How late what was put off to a moment may begin.
DUE_EVERY_S = 1.0
# After work, as soon as nothing else is to do: what a big library has left is 30 MB, and takes some 15 ms.
GIVES_BACK_EVERY_S = 30.0


class PatientWorker(db_worker.Worker):
    """django-tasks' own ends as soon as the database is locked or the disk is full, and locks the database
    each time it looks for work.
    """

    _last_written: object = None
    _looked_at = -math.inf
    _gave_back_at = -math.inf
    _has_worked = True  # what waited for its start

    def run(self) -> None:
        said_at = -math.inf
        is_batch, self.batch = self.batch, True  # the base's way to end when nothing is left to do
        while True:
            try:
                super().run()
                while not is_batch and self.running and not self._has_done_enough:
                    if self.wait_for_work():
                        super().run()
                        self._has_worked = True
                    self.give_memory_back()
            except (DatabaseError, OSError) as error:
                outage = find_outage(error)
                if not outage or is_batch:
                    raise
                if time.monotonic() - said_at > SAID_EVERY_S:
                    said_at = time.monotonic()
                    logger.warning("Work waits: %s", TEXTS[outage])
                record_outage(outage)
                connections.close_all()
                stopping.wait(PAUSE_S)
            else:
                return

    @property
    def _has_done_enough(self) -> bool:
        return self.max_tasks is not None and self._run_tasks >= self.max_tasks

    def wait_for_work(self) -> bool:
        """Wait an interval, and look only when somebody has written to the database or the time has come for
        what was put off. Tells whether something is ready.
        """
        stopping.wait(self.interval)
        close_old_connections()
        written, now = _read_data_version(), time.monotonic()
        if written and written == self._last_written and now - self._looked_at < DUE_EVERY_S:
            return False
        self._last_written, self._looked_at = written, now
        return DBTaskResult.objects.ready().exists()

    def give_memory_back(self) -> None:
        """After work, and not too often: what comes next takes it up again."""
        now = time.monotonic()
        if self._has_worked and now - self._gave_back_at >= GIVES_BACK_EVERY_S:
            self._gave_back_at, self._has_worked = now, False
            connections.close_all()  # with what SQLite remembers of its file
            trim_heap()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stopping.set()
        super().shutdown(signum, frame)


def _read_data_version() -> object:
    """What changes when another connection writes to the SQLite file; null for other databases.

    It counts for this connection alone: another one may be at the same number.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return connection.connection, cursor.fetchone()[0]


def _is_no_routine(record: logging.LogRecord) -> bool:
    """What the base says each time that it begins and ends to look."""
    return not str(record.msg).startswith(("Starting worker", "No more tasks"))


class Command(db_worker.Command):
    help = (
        "Do what pages leave to the background, and take up what another worker was ended in the middle of."
    )

    def handle(self, *, batch: bool, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        if not batch:
            share_heap()
            freeze_loaded_objects()
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
        db_worker.logger.addFilter(_is_no_routine)
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
