"""Spotify's objects as JSON, in the two shapes of the two quota modes.

`serializer.serializer_for` is the face. Field names, nulls and missing fields are as Spotify sends them.
"""
