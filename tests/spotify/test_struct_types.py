"""Threads that decode a type for the first time at once, in processes of their own: a crash ends those."""

import subprocess
import sys

from django.conf import settings

DECODE = """
import sys, threading
sys.setswitchinterval(1e-6)
from spotweb.spotify.models import Page, PlaylistItem
from spotweb.spotify.answers.json_decoder import decode_body
body = b'{"items": [{"track": {"type": "track", "artists": [{"name": "a"}], "album": {"name": "b"}}}]}'
ready = threading.Barrier(8)
def decode():
    ready.wait()
    decode_body(body, Page[PlaylistItem])
threads = [threading.Thread(target=decode) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_that_meet_a_type_for_the_first_time_do_not_crash():
    for _ in range(10):  # without the lock every second one crashed
        process = subprocess.run([sys.executable, "-c", DECODE], cwd=settings.BASE_DIR, check=False)
        assert process.returncode == 0
