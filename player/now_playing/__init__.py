"""The player page and the bar of every page: what they show, their commands, and their answers.

Its face is `responses`: `run_command` for what a form asks, `respond_player` for the page as it is now.
Every command works without a script, and one that finds no device waits until a device is chosen.
"""
