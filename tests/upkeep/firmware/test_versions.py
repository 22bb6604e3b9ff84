"""Which of two versions is newer, and which version a greeting names."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upkeep.firmware.versions import compare, version_in

# Oldest first, as the maker counts.
ORDERS = {
    "": ("1.0", "1.0.1", "1.1-rc1", "1.1", "1.1 SP1", "1.2", "1.10"),
    "Yealink": ("66.86.0.15", "66.86.0.160", "66.87.0.1"),
    "Digium": ("22.0.0-rc1", "22.0.0", "22.10.1~dfsg+~cs6.15", "22.10.2"),
    "MikroTik": ("7.14.3", "7.15beta4", "7.15rc2", "7.15", "7.15.1"),
    "Debian": ("1.0~rc1-1", "1.0-1", "1.0-1+deb12u1", "1.0-2", "1.0.1-1", "1:0.1-1"),
    "Aruba": ("YA.16.10.0009", "YA.16.11.0002", "YA.16.11.0012"),
    "Cisco": ("15.2(4)E9", "15.2(7)E3", "15.2(7)E10", "15.2(8)E1"),
}


@pytest.mark.parametrize("vendor", ORDERS)
def test_versions_sort_as_their_maker_counts(vendor: str) -> None:
    known = ORDERS[vendor]
    for (first, older), (second, newer) in permutations(enumerate(known), 2):
        assert compare(vendor, older, newer) == (-1 if first < second else 1), (older, newer)
    assert all(compare(vendor, one, one) == 0 for one in known)


@pytest.mark.parametrize(
    ("vendor", "one", "other"),
    [("Aruba", "YA.16.11.0012", "KB.16.10.0001"), ("Cisco", "15.2(7)E3", "15.2(7)SE1"),
     ("", "unknown", "1.0"), ("", "", "1.0"), ("Yealink", "1.0", "beta")],
)  # fmt: skip
def test_what_cannot_be_put_in_order_is_not_called_equal(vendor: str, one: str, other: str) -> None:
    assert compare(vendor, one, other) is None
    assert compare(vendor, other, one) is None


@pytest.mark.parametrize(
    ("one", "other"), [("2.0", "2.0.0"), ("22.10.1", "22.10.1~dfsg+~cs6.15-1"), ("1.01", "1.1")]
)
def test_two_ways_of_writing_a_version_are_the_same(one: str, other: str) -> None:
    assert compare("", one, other) == 0


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from([*ORDERS, "HP"]))
def test_any_words_compare_the_other_way_round(one: str, other: str, vendor: str) -> None:
    forth, back = compare(vendor, one, other), compare(vendor, other, one)
    assert forth == (None if back is None else -back)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.sampled_from([*ORDERS]))
def test_a_higher_last_number_is_newer(numbers: list[int], vendor: str) -> None:
    older = ".".join(map(str, ["1", *numbers, "3"]))
    newer = ".".join(map(str, ["1", *numbers, "4"]))
    assert compare(vendor, older, newer) == -1


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("Asterisk 22.10.1~dfsg+~cs6.15.60671435-1", "22.10.1~dfsg+~cs6.15.60671435-1"),
        ("Yealink SIP-T46S 66.86.0.15", "66.86.0.15"),
        ("baresip v1.1.0 (x86_64/linux)", "1.1.0"),
        ("PolycomVVX-VVX_411-UA/5.9.6.2327", "5.9.6.2327"),
        ("Debian GNU/Linux 12 (bookworm)", "12"),
        ("ProCurve J9625A Switch 2620, revision RA.16.04.0016, ROM RA.15.06", "RA.16.04.0016"),
        ("Cisco IOS Software, C2960 Software, Version 15.2(7)E3, RELEASE", "15.2(7)E3"),
        ("Grandstream GXP2170 1.0.11.64", "1.0.11.64"),
        ("A phone", ""),
        ("", ""),
    ],
)
def test_a_version_is_found_in_what_equipment_says(words: str, version: str) -> None:
    assert version_in(words) == version


@pytest.mark.parametrize(
    ("words", "model", "version"),
    [
        ("Avaya IP Office 500 V2", "IP Office 500 V2", ""),
        ("Avaya IP OFFICE 500 V2 11.1.3.2", "IP Office 500 V2", "11.1.3.2"),
        ("Sangoma PBXact 60", "PBXact 60", ""),
        ("Sangoma PBXact 60", "", "60"),
    ],
)
def test_a_number_in_the_name_of_the_model_is_no_version(
    words: str, model: str, version: str
) -> None:
    assert version_in(words, model=model) == version


@given(st.text(max_size=1000))
def test_no_words_are_too_strange(words: str) -> None:
    assert len(version_in(words)) <= 80
