"""Files of playlists: what they hold, how they are written, and how those of others are understood.

Nothing in here knows Django, a member, or Spotify's Web API.
"""
