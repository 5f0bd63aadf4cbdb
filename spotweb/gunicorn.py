"""How gunicorn serves a household: few people, many open tabs, a small box."""

import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 30
# A worker is renewed now and then, so that years of uptime leak nothing; not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
