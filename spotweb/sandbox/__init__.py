"""A simulated Spotify: accounts service, Web API, players, catalogue and faults, from the standard library alone."""
