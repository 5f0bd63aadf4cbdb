"""The pages of saved things: filtering, sorting, saving, following, exporting, and how far a sync is.

`query` is what an address says, `context` what a page shows.
The address holds all of the state; only opening a page may start a sync.
"""
