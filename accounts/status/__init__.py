"""Says how the household is to programs that watch it: `/healthz`, `/healthz?full` and `/metrics`.

`status.read_status` is the face. Whoever watches sees names of members and numbers, never what they hear, and
nothing is asked of Spotify for it.
"""
