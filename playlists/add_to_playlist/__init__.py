"""Adding items to playlists, from any menu and on a playlist's own page.

`actions.add_to_playlists` is its face.
Nothing is added twice without asking, and a move removes only what was added first.
"""
