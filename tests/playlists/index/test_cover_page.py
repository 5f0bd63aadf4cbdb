"""Sending a cover: what arrives at Spotify, what is refused in words, and that nothing is left behind."""

import base64
import io
import tempfile
from pathlib import Path

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.player.parts import PART


@pytest.fixture
def mine(ada):
    ada.get("/playlists/")
    return ada.member.playlists.get(playlist__name="Saturday slow").playlist


@pytest.fixture
def temporary(settings, tmp_path, monkeypatch):
    """Where uploads that do not fit into memory are put meanwhile."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def picture(kind="PNG", size=(900, 600)):
    packed = io.BytesIO()
    Image.new("RGB", size, "red").save(packed, kind)
    return packed.getvalue()


def send(person, playlist, content, name="cover.png", **headers: str):
    sent = SimpleUploadedFile(name, content)
    return person.post(f"/playlists/{playlist.spotify_id}/cover/", {"picture": sent}, **headers)


def test_a_picture_becomes_the_cover_and_is_shown_as_it_was_sent(ada, mine, sandbox):
    answer = send(ada, mine, picture(), **PART)
    assert answer.status_code == 200
    assert "until then the old cover may stay" in answer.text
    shown = base64.b64decode(answer.text.split("data:image/jpeg;base64,", 1)[1].split('"', 1)[0])
    assert Image.open(io.BytesIO(shown)).size == (600, 600)
    mine.refresh_from_db()
    there = requests.get(mine.image_url, timeout=60, proxies={"http": ""}).content
    assert there == shown
    assert "playlists:changed" in answer.headers["HX-Trigger"]


def test_it_works_without_a_script_too(ada, mine):
    page = ada.get(f"/playlists/{mine.spotify_id}/cover/")
    assert 'enctype="multipart/form-data"' in page.text
    assert "Sent to Spotify" in send(ada, mine, picture("GIF"), "c.gif").text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "damaged"),
        (lambda: b"not a picture", "isn’t a picture that can be read here"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG drawing"),
        (lambda: picture()[:100], "damaged"),
        (lambda: picture("PNG", (6000, 6000)), "too many pixels"),
        (lambda: b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), "at most 15 MB"),
        (lambda: b"\xff\xd8\xff" + bytes(33 * 1024 * 1024), "at most 15 MB"),
    ],
    ids=["empty", "text", "svg", "broken", "pixels", "20 MB", "33 MB"],
)
def test_what_cannot_be_a_cover_is_refused_in_words(ada, mine, sandbox, temporary, make, words):
    answer = send(ada, mine, make(), **PART)
    assert answer.status_code == 422
    assert words in answer.text
    assert sandbox.requests("upload-custom-playlist-cover") == []
    answer.close()
    assert list(Path(temporary).iterdir()) == []


def test_nothing_sent_asks_for_a_picture(ada, mine):
    answer = ada.post(f"/playlists/{mine.spotify_id}/cover/", {}, **PART)
    assert answer.status_code == 422
    assert "Choose a picture." in answer.text


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 413},
        {"kind": "reset"},
        {"kind": "rate_limit", "retry_after": 90},
    ],
    ids=["503", "413", "reset", "429"],
)
def test_while_spotify_refuses_the_dialog_says_so(ada, mine, sandbox, fault):
    sandbox.fault("/v1/playlists/*/images", **fault)
    answer = send(ada, mine, picture(), **PART)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Sent to Spotify" not in answer.text


def test_that_the_new_address_cannot_be_read_does_no_harm(ada, mine, sandbox):
    sandbox.fault("/v1/playlists/*/images", "status", method="GET", status=503)
    assert "Sent to Spotify" in send(ada, mine, picture(), **PART).text


def test_without_the_permission_it_says_what_to_do(ada, mine, sandbox):
    ada.member.grant.scopes = "playlist-modify-public playlist-modify-private"
    ada.member.grant.save()
    answer = send(ada, mine, picture(), **PART)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert sandbox.requests("upload-custom-playlist-cover") == []
