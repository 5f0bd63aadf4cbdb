"""How gunicorn serves a household: few people, many open tabs, a small box."""

import os

from gunicorn.glogging import Logger

workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 30
# A worker is renewed now and then, so that years of uptime leak nothing; not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
# Which scheme and host a browser used is read by spotweb.web.house_address alone, and nobody may name a path.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True


class QueryFreeLogger(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """An address may carry the code of a sign-in, and logs are kept longer than secrets should be."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        super().exception(msg, *(str(arg).partition("?")[0] for arg in args), **kwargs)


logger_class = QueryFreeLogger
