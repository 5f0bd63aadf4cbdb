"""The queue that this app keeps itself, since Spotify's can't be edited.

Its face is `actions`; `entries` says which rows stand together, `engine` decides, `job` looks and sends.
Everything waits here, and only the next song stands in Spotify's queue, "armed". It is sent again only when
it is certain that it was not played.
"""
