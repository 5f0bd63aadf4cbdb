from tests.jobs.toys import toy

__all__ = ["toy"]
