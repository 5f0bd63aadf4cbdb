"""Search: what the member has first, then Spotify, and links that were pasted.

`results` is the face; `groups` puts results into groups for pages.
A member's own results never wait for Spotify.
"""
