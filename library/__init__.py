"""What members have saved, the catalogue behind it, and the pages of both.

Each package has its face; `saved.actions`, `sync.actions` and `catalogue.store` are what other apps call.
Browsing and searching what is saved never asks Spotify.
"""
