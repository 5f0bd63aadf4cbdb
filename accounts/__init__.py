"""The household's members: signing in with Spotify, tokens, the owner's tasks, leaving.

`tokens.spotify_for(member)` is the face for other apps, `requests.MemberRequest` the type of their requests.
Tokens stay encrypted and are read in `tokens` alone. This app knows no other app: those hook in through
`household.on_member_deleted`.
"""
