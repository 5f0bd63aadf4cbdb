"""Which rows were queued by hand, held against players that know."""

from hypothesis import assume, given
from hypothesis import strategies as st

from player.playback.attribution import Mark, Waiting, recognise
from spotweb.spotify.models import Queue, Track


def track(name: str) -> Track:
    return Track(id=name, uri=f"spotify:track:{name}", name=name, duration_ms=60_000)


def queue(names: str) -> Queue:
    return Queue(currently_playing=track("now"), queue=tuple(track(name) for name in names))


def waiting(names: str, places: dict[str, int] | None = None) -> list[Waiting]:
    return [
        Waiting(pk=pk, uri=f"spotify:track:{name}", mark=Mark(added_by=name), place=(places or {}).get(name))
        for pk, name in enumerate(names)
    ]


def marked(found) -> list[str | None]:
    return [mark.added_by for mark in found.marks]


def test_the_first_rows_are_recognised_in_their_order():
    assert marked(recognise(queue("XYBCD"), waiting("XY"))) == ["X", "Y"]


def test_rows_between_were_queued_elsewhere():
    assert marked(recognise(queue("XQYBCD"), waiting("XY"))) == ["X", None, "Y"]


def test_what_is_gone_is_gone_although_the_context_brings_it_again():
    found = recognise(queue("BCDE"), waiting("D", {"D": 0}))
    assert (found.marks, found.gone) == ((), (0,))


def test_what_left_unseen_pulls_the_others_up():
    """X, Y and D played while nobody looked; the context brings D again."""
    found = recognise(queue("BCDE"), waiting("XYD", {"X": 0, "Y": 1, "D": 2}))
    assert (found.marks, found.gone) == ((), (0, 1, 2))


def test_a_copy_behind_in_the_context_is_not_the_queued_one():
    assert marked(recognise(queue("BBCD"), waiting("B"))) == ["B"]


def test_another_release_is_recognised_by_its_name():
    one = Waiting(pk=1, uri="spotify:track:asked", name="Same song", mark=Mark(added_by="Ben"))
    rows = Queue(queue=(Track(uri="spotify:track:given", name="Same song"), track("B")))
    assert marked(recognise(rows, [one])) == ["Ben"]


def test_what_was_just_queued_is_waited_for():
    fresh = Waiting(pk=1, uri="spotify:track:X", mark=Mark(added_by="Ben"), is_fresh=True)
    found = recognise(queue("BCD"), [fresh])
    assert (found.marks, found.gone) == ((), ())


def test_what_does_not_fit_into_twenty_rows_is_not_given_up():
    names = "".join(chr(0x61 + number) for number in range(24))
    found = recognise(queue(names[:20]), waiting(names))
    assert (len(found.marks), found.gone) == (20, ())


@given(
    evening=st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from("ABCDEFGH")), st.tuples(st.just("next"), st.just(""))
        ),
        max_size=40,
    ),
    context=st.permutations("ABCDEFGH"),
)
def test_as_long_as_every_change_is_seen_the_marks_are_the_truth(evening, context):
    playing, by_hand = "now", []
    known: list[Waiting] = []
    upcoming, following = list(context), 0
    for number, (event, name) in enumerate(evening):
        before = playing
        if event == "add":
            by_hand.append((number, name))
            known.append(Waiting(pk=number, uri=f"spotify:track:{name}", mark=Mark(added_by=str(number))))
        elif by_hand:
            playing = by_hand.pop(0)[1]
        else:
            playing, following = upcoming[following % len(upcoming)], following + 1
        # Who plays the same again leaves no trace in what Spotify tells.
        assume(event == "add" or playing != before)
        names = [name for _, name in by_hand]
        rest = [upcoming[(following + step) % len(upcoming)] for step in range(20)]
        rows = tuple(map(track, [*names, *rest][:20]))
        shown = Queue(currently_playing=track(playing), queue=rows)
        found = recognise(shown, known, has_changed=playing != before)
        assert marked(found) == [str(number) for number, _ in by_hand][:20]
        known = [
            Waiting(pk=one.pk, uri=one.uri, mark=one.mark, place=found.places.get(one.pk, one.place))
            for one in known
            if one.pk not in found.gone
        ]
