"""Change the items of a playlist: plan the steps, store them, send them one by one, and check the result.

`actions` is the face. Nothing is sent before it is stored, and a step whose answer was lost counts as in
doubt: the list is looked at before anything is sent again.
"""
