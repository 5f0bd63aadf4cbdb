"""Playlists: the list of them, their items, every change, and the way back.

Each package has its face; `sync.access` opens a playlist and `editing.actions` changes one.
Nothing is changed at Spotify before it is stored here, and no write is ever repeated blindly.
"""
