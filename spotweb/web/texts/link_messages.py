"""What members are told about a link that cannot be used: one table by what it was pasted for."""

from collections.abc import Callable, Mapping
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from spotweb.spotify.links import LinkError, LocalFile, ShortLink, WrongKind

Purpose = Literal["open", "queue", "queue-lines", "add", "follow"]

_OPEN_SHORT_LINK = _("This is a short link. Open it in a browser and paste the long address that appears.")
NO_PLAYLIST_LINK = _("This isn’t a link to a playlist on Spotify.")
_NO_LINK = _("This is no link to something on Spotify.")
_ONLY_QUEUEABLE = _("Only songs, episodes, albums and playlists can be queued.")

# By the kind of error; LinkError is for all else.
_MESSAGES: Mapping[Purpose, Mapping[type[LinkError], Promise]] = {
    "open": {
        ShortLink: _OPEN_SHORT_LINK,
        LocalFile: _("This is a file on somebody’s computer; Spotify has no page for it."),
        LinkError: _NO_LINK,
    },
    "queue": {
        ShortLink: _OPEN_SHORT_LINK,
        LocalFile: _("Files from a computer can’t be queued by apps."),
        WrongKind: _(
            "Songs, episodes, albums and playlists can be queued; this is a link to something else."
        ),
        LinkError: _("This isn’t a link to a song or an episode on Spotify."),
    },
    "queue-lines": {
        ShortLink: _OPEN_SHORT_LINK,
        WrongKind: _ONLY_QUEUEABLE,
        LinkError: _NO_LINK,
    },
    "add": {
        ShortLink: _("A short link: open it once, and paste the long one it becomes."),
        LocalFile: _("A local file: Spotify lets only its own app add these."),
        WrongKind: _("Only songs, episodes, albums and playlists can be added."),
        LinkError: _NO_LINK,
    },
    "follow": {
        ShortLink: _("Open this short link first, and copy the address that it leads to."),
        WrongKind: _("This link leads to something else than a playlist."),
        LinkError: NO_PLAYLIST_LINK,
    },
}
_ARTIST_NOT_QUEUEABLE = _("An artist can be played, but not queued.")


def get_link_message(error: LinkError, purpose: Purpose) -> str:
    """The message for the error's own kind, else for any link that is of no use."""
    is_artist = isinstance(error, WrongKind) and error.link.kind == "artist"
    if purpose == "queue-lines" and is_artist:
        return str(_ARTIST_NOT_QUEUEABLE)
    messages = _MESSAGES[purpose]
    return str(messages.get(type(error)) or messages[LinkError])


def describe_for(purpose: Purpose) -> Callable[[LinkError], str]:
    """The same for one purpose, for links.parse_lines."""
    return lambda error: get_link_message(error, purpose)
