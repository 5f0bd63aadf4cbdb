"""The palette: going anywhere and doing anything by typing a few letters.

`entries` finds what fits; nothing of it asks Spotify.
"""
