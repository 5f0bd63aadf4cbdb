"""The list of a member's playlists, and acts on whole playlists: details, covers, labels, following.

`actions` is its face.
What can be undone offers it; an unfollowed playlist can be restored.
"""
