"""Speakers of others: a guest asks for one, or plays on it through the account of its host, who agreed.

`actions` is its face, `borrowed_player` what a guest sees and steers; `observer` and `job` notice when it is
over, `endings` ends it. Never in a private session or without the host's consent, and what the host listened
to before is put aside and offered back.
"""
