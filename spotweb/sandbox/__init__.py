"""A simulated Spotify: accounts service, Web API, players, catalogue and faults; standard library alone."""
