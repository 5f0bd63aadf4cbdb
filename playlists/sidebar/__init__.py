"""Playlists in the sidebar of every page: pinned ones first, then those opened last.

`context` is the face. Nothing of it asks Spotify.
"""
