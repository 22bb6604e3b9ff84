"""The names of facts, what they mean, and what equipment may not write into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.facts import LONGEST_TEXT, MEANINGS, Fact, clean, fact_of, parts_of


def test_every_fact_has_a_meaning_and_a_unit() -> None:
    assert set(MEANINGS) == set(Fact)
    assert all(meaning.words and meaning.words[0].isupper() for meaning in MEANINGS.values())


def test_names_are_dotted_and_lower_case() -> None:
    assert all(fact.value == fact.value.lower() and ":" not in fact.value for fact in Fact)


def test_a_fact_about_a_part_is_told_apart_again() -> None:
    name = Fact.DISK_USED.of("/var")
    assert name == "disk.used_percent:/var"
    assert fact_of(name) == (Fact.DISK_USED, "/var")
    assert fact_of("load.1m") == (Fact.LOAD_1, "")
    # What an IPv6 address or a Windows drive holds belongs to the part.
    assert fact_of(Fact.DISK_USED.of("C:")) == (Fact.DISK_USED, "C:")


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(ValueError, match=r"disk\.colour"):
        fact_of("disk.colour:/var")


def test_the_parts_of_one_fact_are_found_among_others() -> None:
    facts = {"disk.used_percent:/": 40, "disk.used_percent:/var": 81.5, "disk.free_mb:/": 9}
    assert dict(parts_of(facts, Fact.DISK_USED)) == {"/": 40, "/var": 81.5}


@given(st.text())
def test_text_of_equipment_becomes_one_short_printable_line(text: str) -> None:
    shown = clean(text)
    assert len(shown) <= LONGEST_TEXT
    assert shown.isprintable()
    assert clean(shown) == shown
