"""Codes, names, tokens, throttling: what strangers type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.rooms import errors
from negotiation.rooms.codes import (
    ALPHABET,
    LONGEST_NAME,
    as_code,
    clean_name,
    clean_text,
    new_code,
    new_token,
    token_hash,
)
from negotiation.rooms.throttle import Throttle


def test_codes_hold_no_vowel_and_nothing_that_looks_like_something_else() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    for twins in ("AEIOUY", "0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(twins) & set(ALPHABET)) <= 1
    for vowel in "AEIOUY":
        assert vowel not in ALPHABET
    assert len({new_code() for _ in range(200)}) == 200


@pytest.mark.parametrize("typed", ["CDFHJK", "cdfhjk", " cdf hjk ", "cdf-hjk", "C D F H J K\n"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert as_code(typed) == "CDFHJK"


@pytest.mark.parametrize(
    "typed", ["", "CDF", "CDFHJKM", "ÀÈÌÒÙÝ", "x" * 10_000, "<script>", "\u202eCDFHJ", "CDFHJÑ"]
)
def test_a_code_that_cannot_be_one_is_refused_in_short_words(typed: str) -> None:
    with pytest.raises(errors.UnknownRoom) as error:
        as_code(typed)
    assert len(str(error.value)) < 120


@given(st.text(max_size=200))
def test_a_name_is_one_short_readable_line(typed: str) -> None:
    try:
        name = clean_name(typed)
    except errors.BadName:
        return
    assert len(name) <= LONGEST_NAME
    assert name == name.strip()
    assert all(c == " " or unicodedata.category(c)[0] not in "CZ" for c in name)
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ana   María ", "Ana María"),
        ("José", "José"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\x00b\x1bc\nd", "abc d"),
        ("z" * 10_000, "z" * LONGEST_NAME),
        ("o" + "\u0301" * 50, "ó\u0301\u0301"),
        ("<b>Ann</b>", "<b>Ann</b>"),
        ("", ""),
        ("\ud800", None),
        ("\u200b\u200b", None),
    ],
)
def test_names_lose_what_is_not_seen_and_nothing_else(typed: str, shown: str | None) -> None:
    if shown is None:
        with pytest.raises(errors.BadName, match="letters, digits or marks"):
            clean_name(typed)
    else:
        assert clean_name(typed) == shown


def test_cleaning_a_flood_reads_only_its_beginning() -> None:
    assert clean_text("\u200b" * 10**6 + "Ann", 40) == ""


def test_tokens_carry_128_bits_and_are_stored_as_hashes() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(t) == 22 for t in tokens)
    assert all(len(token_hash(t)) == 64 and t not in token_hash(t) for t in tokens)
    assert token_hash("\ud800") != token_hash("?")


def test_guessing_is_slowed_down_for_the_guesser_only() -> None:
    throttle = Throttle(burst=3, seconds=10.0)
    for _ in range(3):
        throttle.check("a", 0.0)
        throttle.wrong("a", 0.0)
    with pytest.raises(errors.TooManyAttempts) as error:
        throttle.check("a", 0.0)
    assert error.value.values == {"seconds": 10}
    throttle.check("b", 0.0)
    throttle.check("a", 10.1)


def test_who_has_an_ipv6_network_is_one_guesser() -> None:
    throttle = Throttle()
    for number in range(10):
        throttle.wrong(f"2001:db8:1:2::{number:x}", 0.0)
    with pytest.raises(errors.TooManyAttempts):
        throttle.check("2001:db8:1:2:ffff::1", 0.0)
    for other in ("2001:db8:1:3::1", "::ffff:192.0.2.7", "192.0.2.7", "?"):
        throttle.check(other, 0.0)
    for _ in range(10):
        throttle.wrong("::ffff:192.0.2.7", 0.0)
    with pytest.raises(errors.TooManyAttempts):
        throttle.check("192.0.2.7", 0.0)


def test_the_throttle_forgets_old_keys_rather_than_grow() -> None:
    throttle = Throttle(remembers=100)
    for key in range(1000):
        throttle.wrong(key, 0.0)
    assert len(throttle._spent) == 100


def test_a_clock_turned_back_does_not_lock_anybody_out() -> None:
    throttle = Throttle(burst=1, seconds=1.0)
    throttle.wrong("a", 1000.0)
    throttle.wrong("a", 0.0)
    throttle.check("a", 2.5)
