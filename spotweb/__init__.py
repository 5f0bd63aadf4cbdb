"""The project: settings, addresses, and what the apps share.

`spotify` speaks to Spotify, `web` is what pages share, `jobs` is work in the background, `sandbox`
simulates Spotify. The sandbox and the service module share no code, so that a misunderstanding cannot
cancel itself out.
"""
