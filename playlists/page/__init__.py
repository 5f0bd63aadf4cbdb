"""The page of a playlist: what it shows, and the acts on its rows.

`responses` answers acts, and `state.PageState` is what an answer shows.
A page goes on to show its own revision until the member loads a newer one; acts name that revision.
"""
