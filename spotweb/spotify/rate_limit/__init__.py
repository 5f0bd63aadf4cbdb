"""Keeps the household within what Spotify grants, whichever process asks.

`pace.wait_for_slot` is the face: each request waits there for its turn. `blocks` remembers a 429: nothing of
that family is sent until the wait is over. `pace` allows so many requests in so many seconds, so many side by
side, buttons first. `ledger` counts who spent what in the last day, and keeps the daily share that background
work leaves to members. The memory of all three is Django's cache, since all processes share it. Spotify
counts the app, so `current_app` forgets it all when the household changes to another one; whose work it is
only decides whose turn is next. `threads` keeps some threads of the web server free.
"""
