"""The address under which tests and demos steer the sandbox; see docs/sandbox.md.

`control.answer_control` is the face. Nothing here exists at Spotify.
"""
