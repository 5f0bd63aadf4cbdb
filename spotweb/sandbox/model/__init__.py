"""What changes while the sandbox runs: members, grants, players, devices, playlists, saved lists.

There is no face: each module holds one kind of state and its rules. None knows HTTP.
"""
