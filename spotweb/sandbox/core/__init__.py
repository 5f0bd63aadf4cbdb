"""What all of the sandbox stands on: messages, errors, the clock, faults, limits, the request log.

There is no face: each module is one small tool. Nothing here knows members, music or the Web API's paths.
"""
