"""How a wished list becomes Spotify's: planned, written down, sent step by step, looked at afterwards."""
