"""The revisions of a playlist: the timeline, differences, and restoring one.

`timeline` and `restore` are its face.
Only members who may edit the playlist see what it contained before.
"""
