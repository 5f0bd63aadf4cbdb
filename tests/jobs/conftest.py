from tests.jobs.toys import toy
from tests.playlists.conftest import lists

__all__ = ["lists", "toy"]
