"""The sleep timer: pauses any device after a time, after some songs, or at the end of an album.

`actions` starts and ends it, `job` is what the worker does, so that it works with all pages closed.
One timer per member, which is the active job with the lock key of the timer.
"""
