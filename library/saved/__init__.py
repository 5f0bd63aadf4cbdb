"""The index of what members have saved: rows with all they are sorted, filtered and counted by.

`actions` saves and removes, `browse` finds pages, `status` says what a member has of a thing.
Every change of the items of an index raises its version: what was counted is kept by it.
"""
