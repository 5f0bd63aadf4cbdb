"""The house itself: which Spotify it belongs to, and whether the data on the disk is still that house.

`actions` prepares a house at its start and ends one on purpose; `examination.examine_house` says what is
wrong with it; `demo_data` tells invented people from real ones and puts a demo of version 0.2 away.
No process serves or works on a house with trouble: a lost house never becomes a new one by itself.
"""
