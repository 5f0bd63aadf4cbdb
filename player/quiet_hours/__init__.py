"""Quiet hours: how loud a device may be between two times of day.

`actions` sets them, `observer` turns down what is louder when this app sees it. Never up, and at most once a
minute. What holds now is told by `player.playback.volume_limits`, which the volume command asks as well.
"""
