"""The pages of albums, artists, tracks, shows, episodes, audiobooks and chapters.

`lookup` is the face; `params` reads ids and offsets from addresses.
A page costs at most one single read, the scarcest request in development mode.
"""
