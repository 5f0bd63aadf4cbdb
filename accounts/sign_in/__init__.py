"""How members come in: through Spotify, with a pasted answer, or with a code that another device shows.

`adapters` holds what allauth leaves to the site, `sessions` whose browser is signed in, `browsers` lists them
and ends them. What went wrong is said on the sign-in page (`trouble`), and guesses are counted (`attempts`).
"""
