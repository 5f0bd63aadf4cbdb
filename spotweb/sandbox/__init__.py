"""A simulated Spotify: accounts service, Web API, players, catalogue and faults; standard library alone.

`server.Sandbox` is the face. It shares no code with the service module, so that a misunderstanding cannot
cancel itself out. Its parts are layers: server, app, control, api and oauth, world, serializers, model,
catalogue, core.
"""
