"""The player of each member: what plays, what comes next, and the commands that change it.

Its faces are `commands` and `playback.refresh.get_state`; pages are `now_playing` and `recently_played`.
A command is sent once and never repeated; what it will bring is shown until a read confirms it.
"""
