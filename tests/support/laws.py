"""How often laws are tried: with few inputs that are the same each time, so that no run is red by chance, or,
where TEST_THOROUGH=1 asks for it, with four times as many that are drawn anew.
"""

import os

import hypothesis

_IS_THOROUGH = os.environ.get("TEST_THOROUGH") == "1"
# On other engines it is the engine that is on trial, and not the law (docs/decisions/0095).
_IS_ON_ENGINES = "TEST_DATABASE_URL" in os.environ


def load_profile() -> None:
    """For laws that say nothing of their own."""
    usual = hypothesis.settings().max_examples
    hypothesis.settings.register_profile(
        "here", max_examples=limit_examples(usual), deadline=None, derandomize=not _IS_THOROUGH
    )
    hypothesis.settings.load_profile("here")


def limit_examples(thorough: int) -> int:
    """Of so many inputs that a thorough run tries: those of this run."""
    if _IS_THOROUGH:
        return thorough
    few = max(thorough // 4, 4)
    return min(few, 15) if _IS_ON_ENGINES else few
