"""Spotify's new releases, categories and recommendations, other people, and the member's top lists.

`data` asks Spotify, `views` shows.
Each answer is kept for an hour or a day; in development mode most of it raises Gone.
"""
