"""The household's facts about Spotify's catalogue: artists, albums, shows and items, one row each.

`store` is the face; `recordings` says what is one recording, `text` folds names, `response_cache` keeps
pages of answers.
A fact that Spotify leaves out this time stays as it was known.
"""
