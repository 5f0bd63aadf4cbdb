"""The queue: how it is shown, how many items are added to it, how one skips far, how it becomes a playlist.

Its faces are `up_next.queue_section`, `jobs.queue_uris` and `save.save_as_playlist`.
One item is one request to Spotify, and none is ever sent twice.
"""
