"""What members have saved, kept so that it can be browsed without asking Spotify."""
