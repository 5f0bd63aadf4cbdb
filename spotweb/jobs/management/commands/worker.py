"""The worker of the Procfile: django-tasks' own, and beside it the sweep for what gone workers have left."""

import logging
import threading
import time
from typing import Any

from django.db import DatabaseError, connections
from django_tasks_db.management.commands import db_worker

from spotweb.jobs.sweep import EVERY_S, sweep_jobs

logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    help = (
        "Do what pages leave to the background, and take up what another worker was ended in the middle of."
    )

    def handle(self, *, batch: bool, **options: Any) -> None:  # noqa: ANN401  # as its base has it
        sweep_jobs()
        if not batch:
            threading.Thread(target=_sweep_forever, name="sweep", daemon=True).start()
        super().handle(batch=batch, **options)


def _sweep_forever() -> None:
    """A thread of its own, so that a long task delays nothing."""
    while True:
        time.sleep(EVERY_S)
        try:
            sweep_jobs()
        except DatabaseError:  # busy or away; the next round is soon
            logger.warning("The sweep failed", exc_info=True)
        finally:
            connections.close_all()
