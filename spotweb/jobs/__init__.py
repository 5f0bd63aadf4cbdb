"""Work in the background, one mechanism for every app: a `Job` row, done by the worker one slice at a time.

The face is `actions.py`; the work itself gets a `run.Run`; each app names its kinds in `job_kinds.py`.
Every write of a worker names the attempt it holds: a worker that has lost its job writes and sends nothing.
"""
