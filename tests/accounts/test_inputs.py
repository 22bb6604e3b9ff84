"""What fields refuse, and in which words."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.emails import BadAddress, clean_email
from accounts.phones import spell_phone
from calcom_portal.common.fields import LineField, PhoneField, TextField, WholeNumberField


def refusal(field: Any, value: str) -> str:
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return str(refused.value.messages[0])


@pytest.mark.parametrize("value", ["", "   ", "\u200b", "\u2060\u200b", "\u3164", "\u2800 "])
@pytest.mark.parametrize("field", [LineField(), TextField()])
def test_text_of_which_nothing_is_seen_is_missing(field: Any, value: str) -> None:
    assert refusal(field, value) == "This field is required."


@pytest.mark.parametrize(
    "value", ["x\r\nBcc: a@b", "x\ny", "x\ry", "x\u2028y", "x\u0085y", "x\u2029y"]
)
def test_a_line_stays_one_line(value: str) -> None:
    assert refusal(LineField(), value) == "Write this on one line."


@pytest.mark.parametrize("value", ["a\x00b", "a\x07b", "a\x1bb", "a\x7fb"])
@pytest.mark.parametrize("field", [LineField(), TextField()])
def test_control_characters_are_refused(field: Any, value: str) -> None:
    assert "control characters" in refusal(field, value)


def test_the_limit_is_named() -> None:
    assert LineField(max_length=5).clean("12345") == "12345"
    assert (
        refusal(LineField(max_length=5), "123456")
        == "This is longer than 5 characters: shorten it."
    )
    assert "20,000 characters" in refusal(TextField(), "x" * 20_001)


def test_a_line_is_kept_in_one_unicode_form_and_right_to_left_text_is_kept() -> None:
    assert LineField().clean(unicodedata.normalize("NFD", " Åsa ")) == "Åsa"
    assert LineField().clean("\u202egpj.exe") == "\u202egpj.exe"
    assert LineField().clean("שלום abc 123") == "שלום abc 123"


def test_text_keeps_its_lines() -> None:
    assert TextField().clean("a\r\nb\rc\n\td") == "a\nb\nc\n\td"


@pytest.mark.parametrize(
    "value", ["٣", "１２", "1_000", "0x10", "1,5", "1.5", "1e3", "NaN", "+1", "--1"]
)
def test_a_whole_number_has_ascii_digits_only(value: str) -> None:
    assert refusal(WholeNumberField(), value) == "Write a whole number with the digits 0 to 9."


@pytest.mark.parametrize("value", ["-1", "0", "11", "2147483648", "922337203685477580"])
def test_a_whole_number_keeps_to_its_range(value: str) -> None:
    field = WholeNumberField(minimum=1, maximum=10)
    assert refusal(field, value) == "Write a number from 1 to 10."
    assert field.clean("10") == 10


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+1 (619) 555-0100", "+16195550100"),
        ("619.555.0100", "+16195550100"),
        ("1-619-555-0100", "+16195550100"),
        ("+972-3-000-0000", "+97230000000"),
    ],
)
def test_a_phone_number_is_kept_in_e164(typed: str, kept: str) -> None:
    assert PhoneField().clean(typed) == kept


@pytest.mark.parametrize(
    "value",
    [
        "+972-3-000-0000;ext=1",
        "1" * 30,
        "call me",
        "sip:a@b;x=<script>",
        "%0d%0aVia:",
        "+1234",
        "٣٣٣٣٣٣٣٣٣٣",
    ],
)
def test_what_is_no_phone_number_is_refused(value: str) -> None:
    assert refusal(PhoneField(), value).startswith("Write the number with its country code")


def test_phone_numbers_are_grouped_for_people() -> None:
    assert spell_phone("+16195550100") == "+1 619 555 0100"
    assert spell_phone("+97230000000") == "+97230000000"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Elena.Moreno+pbx@Bayview.Example ", "elena.moreno+pbx@bayview.example"),
        ("o'neil@a-b.example", "o'neil@a-b.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "value",
    [
        "a@b",
        '"a b"@x.il',
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@b.com\nBcc: c@d.example",
        "a@b.example.",
        "a@b@c.example",
        "a b@c.example",
        ".a@c.example",
        "a..b@c.example",
        "a@-c.example",
        "а@bayview.example",  # a Cyrillic letter
        "a@bücher.example",
        "x" * 65 + "@a.example",
        "x@" + "a" * 64 + ".example",
        "a" * 60 + "@" + "b" * 200 + ".example",
        "",
        "@",
    ],
)
def test_what_is_no_usable_address_is_refused(value: str) -> None:
    with pytest.raises(BadAddress):
        clean_email(value)
