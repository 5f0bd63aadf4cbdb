"""One sandbox's whole state, what it begins with, and keeping it on disk.

`world.World` is the face. `storage` writes all of it, so that a demo goes on after a restart.
"""
