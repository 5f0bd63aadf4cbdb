"""Where the box is reached: addresses as they are compared, its own in the home network, its certificate.

`addresses.parse_address` and `lan.find_address` are the faces. Nothing here knows requests or pages.
"""
