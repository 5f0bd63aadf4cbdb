"""What is known of a member's player: playback, queue, devices, and what the member saved of it.

Its face is `refresh.get_state`; `state.load_state` returns the same without asking Spotify.
However many tabs are open, Spotify is read once; a read that contradicts a recent command is not believed.
"""
