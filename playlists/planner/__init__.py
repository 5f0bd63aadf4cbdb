"""How one list of rows becomes another with few Spotify calls and without losing dates.

`plan` is the face: rows and a target in, steps out; `steps` says what each step does to a list.
Pure functions, no Django and no network; docs/playlist-planner.md explains them.
"""
