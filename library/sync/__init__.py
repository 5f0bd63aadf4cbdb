"""Keeps the index of what a member has saved in step with Spotify.

`actions` is the face; `progress` says what a page shows of a sync under way.
An item is removed only when a sync has missed it and Spotify, asked for it by URI, says that it is not saved.
"""
