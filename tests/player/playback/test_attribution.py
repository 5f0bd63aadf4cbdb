"""Which rows were queued by hand, held against players that know."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from library.catalogue.recordings import read_recording
from player.playback.attribution import Attribution, PendingItem, attribute_rows, match_rows, record_queued
from spotweb.spotify.models import Artist, Episode, Queue, Track
from spotweb.spotify.models.basics import ExternalIds
from tests.library.things import member


def track(name: str) -> Track:
    return Track(id=name, uri=f"spotify:track:{name}", name=name, duration_ms=60_000)


def queue(names: str) -> Queue:
    return Queue(currently_playing=track("now"), queue=tuple(track(name) for name in names))


def waiting(names: str, places: dict[str, int] | None = None) -> list[PendingItem]:
    return [
        PendingItem(
            pk=pk,
            uri=f"spotify:track:{name}",
            attribution=Attribution(added_by=name),
            place=(places or {}).get(name),
        )
        for pk, name in enumerate(names)
    ]


def marked(found) -> list[str | None]:
    return [mark.added_by for mark in found.attributions]


def test_the_first_rows_are_recognised_in_their_order():
    assert marked(match_rows(queue("XYBCD"), waiting("XY"))) == ["X", "Y"]


def test_rows_between_were_queued_elsewhere():
    assert marked(match_rows(queue("XQYBCD"), waiting("XY"))) == ["X", None, "Y"]


def test_what_is_gone_is_gone_although_the_context_brings_it_again():
    found = match_rows(queue("BCDE"), waiting("D", {"D": 0}))
    assert (found.attributions, found.gone) == ((), (0,))


def test_what_left_unseen_pulls_the_others_up():
    """X, Y and D played while nobody looked; the context brings D again."""
    found = match_rows(queue("BCDE"), waiting("XYD", {"X": 0, "Y": 1, "D": 2}))
    assert (found.attributions, found.gone) == ((), (0, 1, 2))


def test_what_is_missing_in_front_of_a_full_list_is_gone_and_behind_it_may_still_come():
    """Spotify shows twenty rows."""
    full = "XYBCDEFGHIJKLMNOPQRS"
    assert match_rows(queue(full), waiting("XWY")).gone == (1,)
    assert match_rows(queue(full), waiting("XYW")).gone == (2,)
    assert match_rows(queue(full), waiting(full + "W")).gone == ()


def test_a_copy_behind_in_the_context_is_not_the_queued_one():
    assert marked(match_rows(queue("BBCD"), waiting("B"))) == ["B"]


def song(uri: str, name: str, by: str = "Band", duration_ms: int = 200_000, isrc: str | None = None) -> Track:
    return Track(
        uri=f"spotify:track:{uri}",
        name=name,
        duration_ms=duration_ms,
        artists=(Artist(name=by),),
        external_ids=ExternalIds(isrc=isrc),
    )


@pytest.mark.parametrize(
    ("given", "is_one"),
    [
        pytest.param(song("given", "Home"), True, id="another release"),
        pytest.param(song("given", "Home - 2011 Remaster", isrc="IEABC0100001"), True, id="by its ISRC"),
        pytest.param(song("given", "Home", by="Somebody else"), False, id="another song of that name"),
        pytest.param(song("given", "Home (Live)"), False, id="the live version"),
        pytest.param(song("given", "Home", duration_ms=400_000), False, id="twice as long"),
        pytest.param(Episode(uri="spotify:episode:x", name="Home"), False, id="an episode of that name"),
    ],
)
def test_another_release_is_recognised_and_another_song_is_not(given, is_one):
    asked = read_recording(song("asked", "Home", isrc="IEABC0100001"))
    one = PendingItem(
        pk=1, uri="spotify:track:asked", recording=asked, attribution=Attribution(added_by="Ben")
    )
    assert marked(match_rows(Queue(queue=(given, track("B"))), [one])) == (["Ben"] if is_one else [])


@pytest.mark.django_db
def test_what_was_queued_is_remembered_as_the_recording_that_it_is():
    ada = member("ada")
    record_queued(ada, "spotify:track:asked", item=song("asked", "Home"))
    for row, marks in ((song("x", "Home", by="Somebody else"), 0), (song("y", "Home"), 1)):
        rows = Queue(currently_playing=track("now"), queue=(row, track("B")))
        assert len(attribute_rows(ada, rows, has_changed=False)) == marks


def test_what_was_just_queued_is_waited_for():
    fresh = PendingItem(pk=1, uri="spotify:track:X", attribution=Attribution(added_by="Ben"), is_fresh=True)
    found = match_rows(queue("BCD"), [fresh])
    assert (found.attributions, found.gone) == ((), ())


def test_what_does_not_fit_into_twenty_rows_is_not_given_up():
    names = "".join(chr(0x61 + number) for number in range(24))
    found = match_rows(queue(names[:20]), waiting(names))
    assert (len(found.attributions), found.gone) == (20, ())


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
    known: list[PendingItem] = []
    upcoming, following = list(context), 0
    for number, (event, name) in enumerate(evening):
        before = playing
        if event == "add":
            by_hand.append((number, name))
            known.append(
                PendingItem(
                    pk=number, uri=f"spotify:track:{name}", attribution=Attribution(added_by=str(number))
                )
            )
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
        found = match_rows(shown, known, has_changed=playing != before)
        assert marked(found) == [str(number) for number, _ in by_hand][:20]
        known = [
            PendingItem(
                pk=one.pk, uri=one.uri, attribution=one.attribution, place=found.places.get(one.pk, one.place)
            )
            for one in known
            if one.pk not in found.gone
        ]
