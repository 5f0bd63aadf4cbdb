"""The service module: everything that is said to Spotify, and nothing else.

`player`, `playlists`, `library`, `catalog`, `browse` and `profile` are its faces; their functions are named
after the operationIds of the Web API and take a `http.Client` first. Knows no app, no model and no view,
raises SpotifyError alone, and never sends a write twice unless that does no harm.
"""
