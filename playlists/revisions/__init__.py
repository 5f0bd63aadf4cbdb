"""What a playlist contains, now and before: stored with every change, and pruned with time.

`store` records revisions, `contents` reads them back; `diff` compares two of them.
A revision's rows are written by `packing` alone, and no revision that an unfinished edit needs is pruned.
"""
