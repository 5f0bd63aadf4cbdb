"""Importing playlists from files and pasted lines, and exporting them.

`uploads`, `imports` and `export_job` are its face.
Each line is stored as soon as it is settled, so that any worker can go on after a crash.
"""
