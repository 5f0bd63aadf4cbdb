"""What happened to a member's player: events, why the music stopped, and queues that were lost.

Its face is `observer.observe`, which compares each state of the player with the one before it.
Nothing is kept of a private session, and nothing of one member reaches another.
"""
