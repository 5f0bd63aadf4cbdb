from spotweb.storage.sized_cache import SizedCache


def test_what_was_used_least_recently_goes_first():
    cache: SizedCache[str, str] = SizedCache(max_size=6, get_size=len)
    cache.store("a", "aa")
    cache.store("b", "bb")
    cache.store("c", "cc")
    assert cache.get("a") == "aa"
    cache.store("d", "dd")
    assert cache.get("b") is None
    assert [cache.get(key) for key in "acd"] == ["aa", "cc", "dd"]


def test_a_value_that_is_replaced_counts_once():
    cache: SizedCache[str, str] = SizedCache(max_size=4, get_size=len)
    for _ in range(5):
        cache.store("a", "aa")
    cache.store("b", "bb")
    assert cache.get("a") == "aa"


def test_the_value_stored_last_stays_even_when_it_is_too_large():
    cache: SizedCache[str, str] = SizedCache(max_size=1, get_size=len)
    cache.store("a", "aaaa")
    cache.store("b", "bbbb")
    assert (cache.get("a"), cache.get("b")) == (None, "bbbb")
