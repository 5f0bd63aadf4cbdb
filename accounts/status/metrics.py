"""The same facts in Prometheus' format, and how many requests of browsers this web server has answered.

Each web process counts its own requests since it began; everything else is the household's, whoever is asked.
"""

import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from accounts.status.facts import Status, read_status

GetResponse = Callable[[HttpRequest], HttpResponse]

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)
_answers = Counter("spotweb_responses", "Answers to browsers", ["method", "status"], registry=_registry)
_durations = Histogram(
    "spotweb_response_seconds",
    "From the start of a request to its answer",
    registry=_registry,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST"})


class CountingMiddleware:
    """To stand first, so that what the others refuse counts too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        # Anybody may send a method of any name; each would be a line of its own for ever.
        method = request.method if request.method in _METHODS else "other"
        _answers.labels(method, str(response.status_code)).inc()
        _durations.observe(time.perf_counter() - began)
        return response


class _Household(Collector):
    """Read anew with each look."""

    def collect(self) -> Iterator[Metric]:
        status = read_status()
        yield _make_gauge("up", "1 while everything works, as /healthz says it", int(not status.reasons))
        troubles = GaugeMetricFamily("spotweb_trouble", "What does not work, by code", labels=["code"])
        for reason in status.reasons:
            troubles.add_metric([reason.code], 1)
        yield troubles
        yield _make_gauge("workers", "Workers of this box that answer", status.workers)
        yield from _collect_members(status)
        yield from _collect_work(status)
        yield from _collect_disk(status)
        version = GaugeMetricFamily("spotweb_version", "The version of the app", labels=["version"])
        version.add_metric([status.version], 1)
        yield version

    def describe(self) -> Iterator[Metric]:
        """Nothing is read when this is registered."""
        return iter(())


_registry.register(_Household())


def render_metrics() -> bytes:
    """In the text format of Prometheus (and OpenMetrics readers), UTF-8."""
    return generate_latest(_registry)


def _make_gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"spotweb_{name}", says, value=value)


def _collect_members(status: Status) -> Iterator[Metric]:
    if status.members is None:
        return
    yield _make_gauge("members", "Members of the household", len(status.members))
    days = GaugeMetricFamily("spotweb_sign_in_days_left", "Until Spotify ends a sign-in", labels=["member"])
    works = GaugeMetricFamily("spotweb_sign_in_works", "0: the member has to reconnect", labels=["member"])
    reads = GaugeMetricFamily(
        "spotweb_last_read_timestamp_seconds", "When Spotify last answered a read", labels=["member"]
    )
    for member in status.members:
        days.add_metric([member.name], member.days_left)
        works.add_metric([member.name], int(not member.trouble))
        if member.last_read_at:
            reads.add_metric([member.name], member.last_read_at.timestamp())
    yield from (days, works, reads)


def _collect_work(status: Status) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("spotweb_jobs", "Work in the background that is not over", labels=["state"])
    for state, number in (status.jobs or {}).items():
        jobs.add_metric([state], number)
    blocked = GaugeMetricFamily(
        "spotweb_blocked_until_timestamp_seconds", "Spotify takes no requests until then", labels=["family"]
    )
    for block in status.blocks or []:
        blocked.add_metric([block.family], block.until.timestamp())
    asked = GaugeMetricFamily(
        "spotweb_spotify_requests_day", "Requests to Spotify in 24 hours", labels=["family", "purpose"]
    )
    for row in status.requests or []:
        asked.add_metric([row.family, row.purpose], row.day)
    yield from (jobs, blocked, asked)


def _collect_disk(status: Status) -> Iterator[Metric]:
    if status.last_backup_at:
        made_at = status.last_backup_at.timestamp()
        yield _make_gauge("last_backup_timestamp_seconds", "When the newest backup was made", made_at)
    if status.disk is None:
        return
    yield _make_gauge("disk_free_bytes", "Room left where the data folder is", status.disk.free)
    yield _make_gauge("disk_size_bytes", "Size of the disk where the data folder is", status.disk.total)
    if status.disk.database is not None:
        yield _make_gauge("database_size_bytes", "The database file with its log", status.disk.database)
