from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, set_script_prefix
from django.utils import timezone
from django.utils.translation import override

from spotweb.spotify.models import (
    Album,
    Artist,
    Audiobook,
    Author,
    Episode,
    ExternalUrls,
    Image,
    Playlist,
    ResumePoint,
    Show,
    Track,
    User,
)
from spotweb.templatetags.frame import initial, names
from spotweb.web.rows.item_markup import draw_row
from spotweb.web.rows.item_row import ItemRow, RowButton, RowMenu
from spotweb.web.rows.menus import Menu, MenuEntry, arrange, link_entries
from spotweb.web.rows.pictures import choose_picture
from spotweb.web.rows.thing_markup import draw_thing_row
from spotweb.web.texts.time_format import format_duration

URL = ExternalUrls(spotify="https://open.spotify.com/track/1")
HOSTILE = "<script>alert(1)</script>\"' \u202eevil " + "x" * 400


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, ""), (0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_600_000, "1:00:00"), (-5, "0:00")],
)
def test_lengths_are_read_as_minutes_and_seconds(ms, text):
    assert format_duration(ms) == text


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


class Outline(HTMLParser):
    """Which tags there are, with which attributes, and what text; tags that are not closed stay in `open`."""

    def __init__(self, html) -> None:
        super().__init__()
        self.tags, self.names, self.text, self.open = set(), set(), "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        if tag not in {"img", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("kind", [Track, Episode])
def test_no_text_of_a_row_becomes_markup(kind):
    """Neither in any of its own fields nor in the names of what it shows."""
    evil = "\"'><script>{0}%s</script><b onclick='"
    uri = f"spotify:track:{evil}"
    named = {"name": evil, "id": evil, "uri": uri}
    picture = Image(url=f"https://i.scdn.co/{evil}".replace(" ", ""))
    own = {
        Track: {"artists": (Artist(**named), Artist(name=evil)), "album": Album(images=(picture,), **named)},
        Episode: {"show": Show(**named), "images": (picture,), "release_date": evil},
    }
    button = {name: evil for name in RowButton.__struct_fields__ if name not in {"is_main", "reason"}}
    now = timezone.now()
    values = {"number": 3, "added": now, "first_added": now, "heard_at": now, "is_saved": True}
    values |= {field.name: evil for field in fields(ItemRow) if field.type in {str, str | None}}
    flags = {field.name for field in fields(ItemRow) if field.type is bool} - {"is_within_show"}
    values |= dict.fromkeys(flags, True)
    values |= {
        "item": kind(explicit=True, is_playable=False, **named, **own[kind]),
        "menu": RowMenu(evil, evil),
    }
    for reason in ("", evil):
        outline = Outline(draw_row(ItemRow(button=RowButton(**button, reason=reason), **values)))
        assert not outline.open
        assert outline.tags <= {"li", "button", "label", "input", "img", "span", "a", "svg", "use", "time"}
        assert "onclick" not in outline.names
        assert outline.text.count("<script>{0}%s</script>") >= 7


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("album", lambda text, named: Album(artists=(Artist(**named),), release_date=text, **named)),
        ("artist", lambda text, named: Artist(genres=(text, text), **named)),
        ("audiobook", lambda text, named: Audiobook(authors=(Author(name=text),), **named)),
        ("playlist", lambda text, named: Playlist(owner=User(id=text, display_name=text), **named)),
        ("show", lambda text, named: Show(publisher=text, explicit=True, **named)),
        ("own-playlist", lambda text, _named: (text, text)),
    ],
)
def test_no_text_of_another_row_becomes_markup(kind, make):
    evil = "\"'><script>{0}%s</script><b onclick='"
    thing = make(evil, {"name": evil, "id": evil, "uri": evil})
    button = {name: evil for name in RowButton.__struct_fields__ if name != "is_main"}
    html = draw_thing_row(thing, kind=kind, key=evil, menu=evil, lead=1, button=RowButton(**button))
    outline = Outline(html)
    assert not outline.open
    assert outline.tags <= {"li", "button", "img", "span", "a", "svg", "use"}
    assert "onclick" not in outline.names
    assert outline.text.count("<script>{0}%s</script>") >= 1


def test_a_row_of_an_album_says_its_year_or_how_much_it_holds():
    album = Album(name="Fig", uri="spotify:album:1", release_date="2020-03", total_tracks=1200)
    assert ">2020</span>" in draw_thing_row(album, kind="album", key="a")
    button = RowButton(icon="plus", text="Add", label="Add Fig", form="acts", name="lines", value="x")
    html = draw_thing_row(album, kind="album", key="a", menu="whole", button=button)
    assert ">1,200 songs</span>" in html
    assert 'name="whole" value="spotify:album:1"' in html
    book = Audiobook(name="Fig", uri="spotify:show:1")
    html = draw_thing_row(book, kind="audiobook", key="a", menu="whole")
    assert 'name="link" value="spotify:show:1"' in html  # Spotify takes it for a show
    assert "data-uri" not in html


def test_a_row_says_what_only_some_lists_tell():
    now = timezone.now()
    added = datetime(2020, 3, 4, 12, tzinfo=UTC)
    first = datetime(2019, 5, 6, 12, tzinfo=UTC)
    old = now - timedelta(days=60)
    track = Track(name="Fig", uri="spotify:track:1")
    assert 'datetime="2020-03-04">4 Mar 2020</time>' in row(track, added=added)
    assert "first 6 May 2019</time>" in row(track, added=added, first_added=first)
    assert "first" not in row(track, first_added=first)
    assert "added by </span>Ada</span>" in row(track, queued_by="Ada", is_queued_in_spotify=True)
    assert "queued </span>in Spotify</span>" in row(track, is_queued_in_spotify=True)
    assert "<span>handed over</span>" in row(track, lock_words="handed over")
    assert "plays at 12:30" in row(track, plays_at="12:30")
    assert f">{timezone.localtime(now):%H:%M}</time>" in row(track, heard_at=now)
    assert f">{timezone.localtime(old):%-d %b}</time>" in row(track, heard_at=old)
    assert ">was 7<" in row(track, note="was 7")
    assert 'aria-label="Move Fig"' in row(track, has_grip=True)
    assert "No longer on Spotify" in row(None)


def test_a_row_can_be_chosen_and_saved():
    track = Track(name="Fig", uri="spotify:track:1")
    html = row(track, number=1234, checkbox="1233", has_save_button=True, is_saved=True)
    assert '<span class="item-row__number num">1234</span><input type="checkbox" name="positions"' in html
    assert 'value="1233" form="selection" aria-label="Select Fig"' in html
    assert 'data-uri="spotify:track:1"' in html
    assert 'value="false spotify:track:1" aria-pressed="true" aria-label="In Liked Songs: Fig"' in html
    assert "data-uri" not in row(track, checkbox="spotify:track:1", checkbox_name="uris")
    local = Track(name="Fig", uri="spotify:local:a", is_local=True)
    assert 'name="saved"' not in row(local, has_save_button=True)


def test_a_row_of_an_episode_says_how_far_it_was_heard():
    half = Episode(name="Twelve", duration_ms=600_000, resume_point=ResumePoint(resume_position_ms=120_000))
    html = row(half, is_within_show=True)
    assert 'value="120000" max="600000"' in html
    assert "8 min left" in html
    whole = Episode(name="Twelve", release_date="2020-03", resume_point=ResumePoint(fully_played=True))
    html = row(whole, has_release=True)
    assert '<time class="item-row__detail" datetime="2020-03">Mar 2020</time>' in html
    assert "Heard" in html
    assert "<time" not in row(half, has_release=True)  # Spotify does not say


def test_the_button_of_a_row_is_pressed_or_says_why_not():
    button = {"icon": "plus", "text": "Add", "label": "Add Fig", "form": "acts", "name": "uri", "value": "x"}
    html = row(Track(name="Fig"), button=RowButton(**button, url="/add/", target="#bar"))
    assert 'id="add-q1" form="acts" name="uri" value="x" formaction="/add/" hx-post="/add/"' in html
    assert 'hx-target="#bar" hx-swap="outerMorph"' in html
    html = row(Track(name="Fig"), button=RowButton(**button, reason="Nothing plays"))
    assert 'type="button" aria-disabled="true" title="Nothing plays"' in html
    assert 'form="acts"' not in html


def draw(source, **context: object):
    return Template(source).render(Context(context))


def test_an_address_is_remembered_by_its_name_and_where_names_are_looked_up():
    page = "{% url name %}{% url name as there %} {{ there }}"
    assert draw(page, name="library:tracks") == "/library/ /library/"
    assert draw(page, name="home") == "/ /"
    assert draw("{% url 'playlists:playlist' 'abc' %}") == "/playlists/abc/"
    assert draw("{% url 'no-such-page' as there %}[{{ there }}]") == "[]"
    with pytest.raises(NoReverseMatch):
        draw("{% url 'no-such-page' %}")
    with set_script_prefix_for_test("/music/"):
        assert draw(page, name="home") == "/music/ /music/"


@contextmanager
def set_script_prefix_for_test(prefix):
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def test_words_of_a_template_are_those_of_the_reader():
    page = Template("{% load i18n %}{% translate 'Yes' as word %}{{ word }} {% translate 'Yes' %}")
    assert page.render(Context()) == "Yes Yes"
    with override("de"):  # Django brings this word along
        assert page.render(Context()) == "Ja Ja"
    assert page.render(Context()) == "Yes Yes"
    assert draw("{% load i18n %}{% translate word %}", word="<b>") == "&lt;b&gt;"
