"""Keeping the index of what a member has saved in step with Spotify.

The first page of a shelf is read at once, the rest in the background: on from where it stopped after whatever
ended it. Later one request tells whether anything has changed; what is new stands at the front. Something is
removed only when a reading has missed it and Spotify, asked for it by name, says that it is not saved.

    visit(member, kind)      a page of it is looked at
    refresh(member, kind)    the member wants it checked now
    pause, go_on             a reading under way
    progress(member, kind)   what to tell of it
"""

from library.sync.actions import go_on, pause, refresh, visit
from library.sync.progress import Progress, progress

__all__ = ["Progress", "go_on", "pause", "progress", "refresh", "visit"]
