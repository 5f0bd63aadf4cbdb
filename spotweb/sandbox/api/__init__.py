"""The operations of the Web API, by the part of it they belong to.

`operations` registers them and finds the one a request means; each other module registers its own when
imported. Answers say word for word what Spotify says; nothing here may import the service module.
"""
