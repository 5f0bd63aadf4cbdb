"""The accounts service: the consent page, and tokens for codes and refresh tokens.

`consent` answers the browser, `tokens` the app. Codes count once; old refresh tokens stay valid unless
rotated.
"""
