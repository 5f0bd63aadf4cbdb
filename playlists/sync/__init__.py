"""Keep what is stored of playlists in step with Spotify, as the member who asks may see it.

`access` is the face: it opens a playlist for a member; `index` has the list of a member's playlists.
A snapshot_id is trusted only by the rules of decision 0053, and half of an edit is never a revision.
"""
