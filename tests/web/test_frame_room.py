"""What calls deep and wide does not have memory mapped and unmapped with each call."""

import resource

import pytest
from django.http import HttpResponse

from spotweb.web.frame_room import FrameRoomMiddleware

CALLS, DEPTH = 100, 400


def call_at_all_depths(depth=DEPTH):
    for _ in range(CALLS):
        len_of(())
    return call_at_all_depths(depth - 1) if depth else None


def len_of(values):
    return len(values)


def count_faults(act):
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    act()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


@pytest.mark.skipif(not hasattr(resource, "RUSAGE_THREAD"), reason="only Linux counts them by thread")
def test_a_request_has_room_for_its_frames():
    def answer(_request):
        call_at_all_depths()
        return HttpResponse()

    with_room = count_faults(lambda: FrameRoomMiddleware(answer)(None))
    without = count_faults(lambda: answer(None))
    assert with_room < CALLS
    assert with_room <= without
