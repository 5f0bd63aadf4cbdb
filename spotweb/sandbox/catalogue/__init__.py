"""The invented catalogue: artists, albums, tracks, shows, audiobooks, their covers and how they sound.

`catalogue.Catalog` is the face. The same seed always makes the same catalogue.
"""
