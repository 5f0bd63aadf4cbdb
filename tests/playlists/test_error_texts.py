"""Whatever is refused is said in words of its own."""

import pytest

from playlists import errors
from playlists.editing.job import COPY_STOPPED, LOST
from playlists.errors import PlaylistError, PlaylistFull
from spotweb.web.texts.error_messages import MESSAGES, get_message

CODES = {
    kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PlaylistError)
} | {LOST, COPY_STOPPED}


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("part", ["title", "toast", "say"])
def test_each_refusal_has_its_words(code, part):
    assert code in MESSAGES
    message = get_message(code, error=PlaylistFull(room=1_234))
    words = {"title": message.title, "toast": message.toast, "say": " ".join(message.paragraphs)}[part]
    assert len(words.strip()) > 10
    assert code != "playlist_full" or part == "title" or "1,234" in words or "1234" in words
