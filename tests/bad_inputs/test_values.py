"""Numbers, dates, telephone numbers, addresses and choices: taken as written, or refused there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import pytest

from tests.bad_inputs.door import Door
from tests.bad_inputs.doors import DOORS
from tests.bad_inputs.doors_of_contracts import MONEY, TARGETS
from tests.bad_inputs.pages import Field
from tests.bad_inputs.world import World, build_world, look, send, texts_in
from tests.cast import Cast
from tests.stage import DatabaseTime

HOURS = (
    *("-1", "0", "1e309", "NaN", "Infinity", "2147483648", "9223372036854775808", "9" * 40),
    *("\u0663", "\uff11\uff12", "1_000", "0x10", "1,5", "--1", "+1", "1.", ".5", "1.555", "x"),
)
NUMBERS = tuple(text for text in HOURS if text != "0")
DAYS = (
    *("0000-00-00", "10000-01-01", "2027-02-29", "2027-13-01", "2027-00-10"),
    *("31 Feb", "2027-1-1", "01/02/2027", "2027-01-01T00:00Z", "tomorrow", "-1"),
    *("\u0662\u0660\u0662\u0667-01-01", "2027-01-01\u200b", "20270101", "2027-W01-1", "1e9"),
    *("0001-01-01", "9999-12-31"),
)
MOMENTS = (
    *("0000-00-00T00:00", "9999-12-31T23:59:60Z", "10000-01-01T00:00", "2027-02-29T10:00"),
    *("2030-06-17", "2030-06-17T10:00Z", "2030-06-17T10:00+25:00", "2030-06-17T24:00"),
    *("0001-01-01T00:00", "9999-12-31T23:59", "tomorrow", "1893456000", "2030-06-17T10:00:99"),
    *("\u0662\u0660\u0663\u0660-06-17T10:00", "2030-6-17T10:00", "2030-06-17T10:00abc", "10:00"),
    *("2030-03-10T02:30", "2030-06-17t10:00", "2030-06-17T10:00:30"),
)
TIMES = ("24:00", "9:60", "\u0660\u0669:00", "09:00Z", "9", "09:00:99", "noon", "-1:00", "0900")
PHONES = (
    *("+972-3-000-0000;ext=1", "1" * 31, "call me", "sip:a@b;x=<script>", "%0d%0aVia:", "+1234"),
    *("\u0663" * 10, "+1 619 555 0100 x5", "00", "+0123456789", "tel:+16195550100", "+", "()"),
)
EMAILS = (
    *("a@b", '"a b"@x.il', "a@[127.0.0.1]", "a@127.0.0.1", "a@b.example.", "a@b@c.example", "@"),
    *("a b@c.example", ".a@c.example", "a..b@c.example", "a@-c.example", "a@b\u00fccher.example"),
    *("\u0430@bayview.example", "x" * 65 + "@a.example", "x@" + "a" * 64 + ".example"),
    *("a" * 60 + "@" + "b" * 200 + ".example", "mailto:a@b.example", "<a@b.example>"),
    *("a@b.example,c@d.example", "a@b.com\nBcc: c@d.example"),
)
NOT_OFFERED = (
    *("closed", "-1", "0", "None", "\u0661", "1_0", "1.0", "9" * 40, "' OR 1=1--", "<script>"),
)
# What another provider or another customer has, for the fields that take an id.
THEIRS = {
    **dict.fromkeys(("technician", "person", "reporter", "successor"), "{nils}"),
    **dict.fromkeys(("site", "sites"), "{their_site}"),
    **dict.fromkeys(("device", "devices"), "{their_device}"),
    "customer": "{stranger}",
    "calendar": "{their_calendar}",
}
CASES = {
    "number": NUMBERS,
    "date": DAYS,
    "datetime-local": MOMENTS,
    "time": TIMES,
    "tel": PHONES,
    "email": EMAILS,
    "select": NOT_OFFERED,
    "radio": NOT_OFFERED,
    "checkbox": NOT_OFFERED,
}
CHOSEN = ("select", "radio", "checkbox")
# Fields of the same class as in another form: they meet only the first few.
AGAIN = frozenset(
    {
        *("report for a customer", "customer_edit", "schedule"),
        *("device_new", "device_edit", "device_retire", "contract_edit", "correct", "swap"),
        *("amend", "tier_copy", "tier_edit", "tier_clause", "warranty_edit", "model_edit"),
        *("company", "operator_open", "sign_up", "notice", "end", "rates_new"),
    }
)
FEW = 3


def cases_of(door: Door, found: Field, turning: Iterator[str]) -> tuple[str, ...]:
    # Whoever chooses no prices of their own is not asked what they would be.
    if found.choices == ["on"] or found.name == "pricing":
        return ()
    cases = CASES.get(found.kind, ())
    if found.name in TARGETS | MONEY:
        cases = HOURS if found.name in TARGETS else NUMBERS
    if found.kind in CHOSEN:
        cases = tuple(value for value in islice(turning, FEW) if value not in found.choices)
    elif door.name in AGAIN:
        cases = cases[:FEW]
    return (*cases, THEIRS[found.name]) if found.name in THEIRS and cases else cases


def test_a_value_outside_of_what_a_field_takes_is_refused_at_that_field(world: World) -> None:
    before, turning = world.state(), cycle(NOT_OFFERED)
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        cases = {name: cases_of(door, found, turning) for name, found in form.fields.items()}
        for turn in range(max(map(len, cases.values()))):
            # All fields of the form at once, each with a case of its own kind.
            sent = {name: world.path(row[turn]) for name, row in cases.items() if turn < len(row)}
            with world.browser(door.who) as browser:
                answer = send(browser, path, values | sent)
                case = (door.name, {name: ascii(value)[:40] for name, value in sent.items()})
                assert answer.status in (400, 422), (*case, answer.status)
                marked = answer.page.errors
                unnamed = [name for name in sent if name not in marked and name not in answer.told]
                assert not unnamed, (*case, unnamed, marked)
                assert world.state() == before, case
                typed = [name for name in sent if form.fields[name].kind not in CHOSEN]
                back = answer.page.form_for(path.partition("?")[0]).fields if typed else {}
                for name in typed:
                    assert back[name].value.replace("\n", "") == sent[name].replace("\n", ""), case


IMPOSSIBLE = {
    "0001-01-01": "This has passed",
    "9999-12-31": "within the next twelve months",
    "2027-03-14": "The clocks go forward that night and skip this time",
    "2026-11-27": "The end must be later than the start.",
    "2026-11-26": "This work is done in business hours",
}


def test_a_wanted_time_that_cannot_be_is_refused_in_words(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-11-23T10:00:00-08:00")
    world = build_world(cast)
    before = world.state()
    door = next(door for door in DOORS if door.name == "request")
    for day, words in IMPOSSIBLE.items():
        with world.browser(door.who) as browser:
            path, _, values = door.opened(world, browser)
            times = {"wanted_from": "02:30", "wanted_to": "02:15" if "11-27" in day else "04:00"}
            answer = send(browser, path, values | {"wanted_day": day} | times)
            assert answer.status == 422, day
            assert words in f"{answer.page.errors}"
            assert world.state() == before, day


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2030-11-03T01:30", "2030-11-03T08:30:00+00:00"),
        ("2030-06-17T10:00:00", "2030-06-17T17:00:00+00:00"),
    ],
)
def test_a_time_that_occurs_twice_means_the_first(world: World, typed: str, kept: str) -> None:
    door = next(door for door in DOORS if door.name == "hold")
    with world.browser(door.who) as browser:
        path, _, values = door.opened(world, browser)
        assert send(browser, path, values | {"until": typed}).status == 303
        assert any(kept in text for text in texts_in(world.rows()))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(619) 555-0100", "+16195550100"),
        ("+972-3-000-0000", "+97230000000"),
        (" 1 619.555.0100 ", "+16195550100"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(world: World, typed: str, kept: str) -> None:
    door = next(door for door in DOORS if door.name == "profile")
    with world.browser(door.who) as browser:
        path, _, values = door.opened(world, browser)
        assert send(browser, path, values | {"phone": typed}).status == 303
        assert kept in set(texts_in(world.rows()))


@pytest.mark.parametrize(
    ("field", "value"),
    [("own_days", "0001-01-01"), ("own_days", "9999-12-31")]
    + [("special_hours", f"{day} 08:00\u201330:00") for day in ("0001-01-01", "9999-12-31")]
    + [("mon", "00:00\u201399:99"), ("mon", "17:00-08:00"), ("mon", "08:00-09:00," * 30)],
)
def test_hours_at_the_edges_of_time_are_kept_or_refused_at_the_field(
    world: World, field: str, value: str
) -> None:
    door = next(door for door in DOORS if door.name == "calendar_publish")
    with world.browser(door.who) as browser:
        path, _, values = door.opened(world, browser)
        for step in ("preview", "publish"):
            answer = send(browser, path, values | {field: value, "step": step})
            if answer.status == 422:
                assert set(answer.page.errors) == {field}, answer.page.errors
                return
            assert answer.status in (200, 303)
        assert look(browser, answer.location).status == 200
        assert look(browser, "/queue/").status == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_work_at_the_edges_of_time_is_refused_at_its_day(world: World, day: str) -> None:
    before = world.state()
    for door in (door for door in DOORS if door.name in ("time", "correct")):
        with world.browser(door.who) as browser:
            path, _, values = door.opened(world, browser)
            answer = send(browser, path, values | {"day": day, "end": "23:59"})
            assert answer.status == 422
            assert set(answer.page.errors) == {"day"}
            assert world.state() == before
