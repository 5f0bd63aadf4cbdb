"""Playlists: the list of them, their items, every change, and the way back."""
