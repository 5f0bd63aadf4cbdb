"""Whatever members paste becomes a typed link, or a word about why it does not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotweb.spotify.links import KINDS, Link, LinkError, LocalFile, ShortLink, WrongKind, parse_link

ID = "4iV5W9uYEdYUVa79Axb7Rh"
TRACK = Link(kind="track", id=ID)

# A busy machine draws slowly; that says nothing about links.
on_any_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    "text",
    [
        f"spotify:track:{ID}",
        f"  spotify:track:{ID}\n",
        f"SPOTIFY:track:{ID}",
        f"spotify://track/{ID}",
        f"https://open.spotify.com/Track/{ID}",
        f"\u200bhttps://open.spotify.com/track/{ID}\u200e",
        f"“https://open.spotify.com/track/{ID}”.",
        f"<https://open.spotify.com/track/{ID}>,",
        f"[Home](https://open.spotify.com/track/{ID}?si=1)",
        f'<iframe src="https://open.spotify.com/embed/track/{ID}?utm_source=x" width="1">',
        f"https%3A%2F%2Fopen.spotify.com%2Ftrack%2F{ID}%3Fsi%3D1",
        f"https://open.spotify.com/track/{ID}%3Fsi=1",
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}/",
        f"https://open.spotify.com/track/{ID}?si=0123456789abcdef&utm_source=copy-link",
        f"https://open.spotify.com/track/{ID}#t=30",
        f"https://OPEN.Spotify.com/track/{ID}",
        f"https://open.spotify.com/intl-de/track/{ID}?si=1",
        f"https://open.spotify.com/intl-pt-BR/track/{ID}",
        f"https://open.spotify.com/embed/track/{ID}?theme=0",
        f"https://play.spotify.com/track/{ID}",
        f"open.spotify.com/track/{ID}",
    ],
)
def test_all_spellings_of_a_track(text):
    assert parse_link(text) == TRACK


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("https://open.spotify.com/embed-podcast/episode/" + ID, f"spotify:episode:{ID}"),
        (f"spotify:user:ada:playlist:{ID}", f"spotify:playlist:{ID}"),
        (f"https://open.spotify.com/user/ada/playlist/{ID}", f"spotify:playlist:{ID}"),
        ("https://open.spotify.com/user/j%C3%B6rg.m", "spotify:user:j%C3%B6rg.m"),
        ("spotify:user:1123581321", "spotify:user:1123581321"),
    ],
)
def test_other_things_and_old_spellings(text, uri):
    assert parse_link(text).uri == uri


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://spotify.link/abc", ShortLink),
        ("spotify.link/abc", ShortLink),
        ("https://spotify.app.link/abc", ShortLink),
        ("spotify:local:Aunt+May:Tapes:Kitchen+Song:61", LocalFile),
        ("", LinkError),
        ("slow water", LinkError),
        ("spotify:", LinkError),
        ("spotify:track:short", LinkError),
        (f"spotify:track:{ID}x", LinkError),
        (f"spotify:concert:{ID}", LinkError),
        (f"https://open.spotify.com/track/{ID}/more", LinkError),
        ("https://open.spotify.com/track/", LinkError),
        (f"https://open.spotify.com.evil.example/track/{ID}", LinkError),
        (f"https://evil.example/open.spotify.com/track/{ID}", LinkError),
        (f"https://open.spotify.com@evil.example/track/{ID}", LinkError),
        (f"ftp://open.spotify.com/track/{ID}", LinkError),
        (f"javascript:alert(1)//open.spotify.com/track/{ID}", LinkError),
        ("https://[/track", LinkError),
        ("https://open.spotify.com/user/a%2Fb", LinkError),
        (ID, LinkError),
    ],
)
def test_what_leads_nowhere_is_refused(text, kind):
    with pytest.raises(LinkError) as caught:
        parse_link(text)
    assert type(caught.value) is kind


def test_a_bare_id_counts_where_only_one_kind_is_possible():
    assert parse_link(f" {ID} ", kinds=("track",)) == TRACK
    with pytest.raises(LinkError):
        parse_link(ID, kinds=("track", "episode"))


def test_a_link_to_something_else_says_to_what():
    with pytest.raises(WrongKind) as caught:
        parse_link(f"spotify:album:{ID}", kinds=("track", "episode"))
    assert caught.value.link == Link(kind="album", id=ID)


@on_any_machine
@given(
    st.sampled_from([kind for kind in KINDS if kind != "user"]),
    st.from_regex(r"[0-9A-Za-z]{22}", fullmatch=True),
)
def test_links_and_uris_survive_the_round_trip(kind, id_):
    link = Link(kind=kind, id=id_)
    assert parse_link(link.uri) == parse_link(link.url) == parse_link(link.url + "?si=1") == link


@on_any_machine
@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    for typed in (
        text,
        f"spotify:{text}",
        f"https://open.spotify.com/{text}",
        f"open.spotify.com/user/{text}",
    ):
        try:
            link = parse_link(typed)
        except LinkError:
            continue
        assert parse_link(link.url) == link
