"""What Spotify answered, made sense of: typed objects from odd JSON, and the meaning of a refusal.

`json_decoder.decode_body` and `error_parsing.parse_error` are the faces. Of an odd answer what cannot be read
is dropped, and only that; `oddities` counts it.
"""
