"""Files of playlists: what they contain, how they are written, and how those of others are read.

`detect` reads any file; each `*_format` writes and reads one format.
Nothing in here knows Django, a member, or Spotify's Web API.
"""
