from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from spotweb.spotify.models import Album, Artist, Episode, ExternalUrls, Image, Show, Track
from spotweb.templatetags.frame import duration, initial, names
from spotweb.web.pictures import choose_picture
from spotweb.web.row_menus import Menu, MenuEntry, arrange, link_entries
from spotweb.web.rows import ItemRow, RowMenu, draw_row

URL = ExternalUrls(spotify="https://open.spotify.com/track/1")
HOSTILE = "<script>alert(1)</script>\"' \u202eevil " + "x" * 400


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, ""), (0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_600_000, "1:00:00"), (-5, "0:00")],
)
def test_lengths_are_read_as_minutes_and_seconds(ms, text):
    assert duration(ms) == text


@pytest.mark.parametrize(
    ("sizes", "wanted", "chosen"),
    [
        ([640, 300, 64], 40, 64),
        ([640, 300, 64], 300, 300),
        ([640, 300, 64], 301, 640),
        ([300, 64], 640, 300),
        ([None], 40, None),
        ([640, 64, None], 600, 640),
    ],
)
def test_the_smallest_picture_that_is_sharp_is_loaded(sizes, wanted, chosen):
    images = [Image(url=f"https://i.scdn.co/{size}", width=size, height=size) for size in sizes]
    assert choose_picture(images, wanted).width == chosen


def test_no_picture_is_no_failure():
    assert choose_picture((), 40) is None
    assert choose_picture(None, 40) is None


def test_an_icon_escapes_its_name():
    html = Template("{% load frame %}{% icon name %}").render(Context({"name": '"><script>'}))
    assert "<script>" not in html


def test_names_of_several_artists_are_listed():
    assert names([SimpleNamespace(name="A"), SimpleNamespace(name="B")]) == "A, B"


@pytest.mark.parametrize(("name", "letter"), [("ada", "A"), ("  ben", "B"), ("أمينة", "أ"), ("", "?")])
def test_a_person_without_a_picture_has_a_letter(name, letter):
    assert initial(name) == letter


def row(item, **more: object):
    return draw_row(ItemRow(item=item, key="q1", **more))


def test_a_row_shows_a_hostile_name_as_text_and_whole():
    html = row(
        Track(name=HOSTILE, artists=(Artist(name=HOSTILE),), album=Album(name=HOSTILE), external_urls=URL),
        menu=RowMenu("link", "spotify:track:1"),
    )
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27; evil" in html
    assert html.count("x" * 400) >= 4
    assert 'dir="auto"' in html


def test_a_line_break_within_a_name_parts_its_words():
    html = row(Track(name="One\nTwo\r\nThree", external_urls=URL), number=3)
    assert "One Two Three" in html
    assert "\n" not in html


def test_a_row_links_to_spotify_and_its_menu_does():
    uri = "spotify:track:" + "1" * 22
    html = row(Track(name="Fig", external_urls=URL, duration_ms=146_000), menu=RowMenu("link", uri))
    assert html.count('href="https://open.spotify.com/track/1"') == 1
    assert f'form="menus" name="link" value="{uri}"' in html
    assert "2:26" in html
    play = MenuEntry(icon="play", text="Play", url="/")
    menu = Menu(title="Fig", entries=arrange([play], link_entries(uri)))
    entries = render_to_string("components/row_menu.html#entries", {"menu": menu})
    assert "Open in Spotify" in entries.split('role="menuitem"')[-1]
    assert f'href="https://open.spotify.com/track/{"1" * 22}"' in entries


def test_a_local_file_has_no_link_and_says_what_it_is():
    html = row(Track(name="Demo.mp3", is_local=True))
    assert "Local file" in html
    assert "<a " not in html
    assert 'aria-haspopup="menu"' not in html
    assert "0:00" not in html


def test_an_episode_names_its_show():
    html = row(Episode(name="Twelve", show=Show(name="A Show"), explicit=True))
    assert "A Show" in html
    assert 'aria-label="Explicit"' in html
    assert ">Episode<" in row(Episode(name="Twelve"))  # the ones that a search finds come without their show


def test_what_cannot_be_played_says_so_and_keeps_its_cover():
    album = Album(images=(Image(url="https://i.scdn.co/1", width=64, height=64),))
    html = row(Track(name="Gone", album=album, is_playable=False))
    assert "Not available here" in html
    assert 'src="https://i.scdn.co/1"' in html
    assert "is-unavailable" in html


def test_a_row_says_that_it_plays():
    assert 'aria-current="true"' in row(Track(name="Fig"), is_playing=True)
    assert "aria-current" not in row(Track(name="Fig"))
