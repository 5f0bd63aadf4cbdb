"""Home: what a member would go on with, gathered from the other apps.

`context.get_home_page` is the face. Drawing the page never asks Spotify: the parts that may are fetched
afterwards, each kept for a while (docs/decisions/0114).
"""
