import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.text import MAX_QUERY_WORDS, fold_text, has_all_words, sort_key, split_words


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sigur ros", "Sigur Rós"),
        ("MOTORHEAD", "Motörhead"),
        ("royksopp", "Röyksopp"),
        ("royksopp", "Røyksopp"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("ac/dc", "AC/DC"),
        ("dont", "dont stop"),
        ("don't", "Don’t Stop"),
        ("full width", "Ｆｕｌｌ　Ｗｉｄｔｈ"),
        ("שלום", "שָׁלוֹם"),
        ("łodz", "Łódź"),
        ("100%", "100% Pure_Love"),
        ("pure_", "100% Pure_Love"),
        ("love pure", "100% Pure_Love"),
        ("😀", "Smile 😀"),
        ('"heroes"', "“Heroes”"),
    ],
)
def test_what_is_typed_finds_the_name(typed, name):
    assert has_all_words(split_words(typed), fold_text(name))


@pytest.mark.parametrize(("typed", "name"), [("か", "が"), ("50%", "50 Cent"), ("a_b", "axb")])
def test_other_letters_and_signs_are_not_taken_for_it(typed, name):
    assert not has_all_words(split_words(typed), fold_text(name))


@given(st.text())
def test_folding_twice_is_folding_once(text):
    once = fold_text(text)
    assert fold_text(once) == once
    assert "\x00" not in once
    assert unicodedata.normalize("NFC", once) == once or not once.isprintable()


@given(st.text(max_size=500))
def test_words_are_bounded_and_found_in_what_they_come_from(text):
    words = split_words(text)
    assert len(words) <= MAX_QUERY_WORDS
    assert has_all_words(words, fold_text(text[:300]))


def test_names_are_sorted_as_they_read():
    names = ["(What's the Story)", "ABBA", "Émilie", "the Beatles", "zebra", "'Heroes'"]
    assert sorted(names, key=sort_key) == [
        "ABBA",
        "Émilie",
        "'Heroes'",
        "the Beatles",
        "(What's the Story)",
        "zebra",
    ]


def test_an_article_can_be_put_aside():
    names = ["The Beatles", "Beach House", "Theodore", "Bon Iver"]
    assert sorted(names, key=lambda name: sort_key(name, the_aside=True)) == [
        "Beach House",
        "The Beatles",
        "Bon Iver",
        "Theodore",
    ]
