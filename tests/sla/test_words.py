"""The explanation in words: the same calm text for everybody, exact to the line."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.sla import (
    ClockState,
    FactKind,
    Line,
    LineKind,
    Metric,
    Party,
    Priority,
    Promise,
    ServiceCalendar,
    Target,
    Unit,
    document,
    document_hash,
    duration,
    explain,
    full_instant,
    instant,
    sentence,
    span,
    timeline,
    why,
)
from contracts.sla import hours as hours_words
from tests.sla.specs import (
    CALENDARS,
    EVERY_DAY,
    PACIFIC,
    around_the_clock,
    at,
    fact,
    hours,
    office,
    opened,
    pacific,
    utc,
)

ROOT = Path(__file__).parents[2]
K = FactKind
MONDAY_10 = opened("2026-06-15 10:00")
NOW = pacific("2026-06-15 14:40")


def test_the_ticket_of_the_design_reads_as_drawn() -> None:
    view = at(
        "2026-06-15 14:40",
        MONDAY_10,
        fact(K.REPLIED, "2026-06-15 10:22"),
        fact(K.HELD, "2026-06-15 11:40", party=Party.OWN_PART),
        fact(K.RESUMED, "2026-06-15 12:15"),
    )
    assert sentence(view.resolve, PACIFIC) == ("3 h 20 m of business time left · due Tue 09:00 PDT")
    assert sentence(view.respond, PACIFIC) == "Responded in 22 m, target 8 business hours"
    assert why(view.resolve, PACIFIC) == (
        "Tier 2 promises a fix for an emergency within 8 business hours.",
        "Business hours are Monday to Friday, 08:00 to 17:00 Pacific time.",
        "Nothing has paused the clock.",
    )
    waited = "Counted, used so far. Waiting for our own part, 11:40 to 12:15, is counted too."
    assert explain(view.resolve, PACIFIC) == (
        Line("Mon 10:00 to 14:40", waited, "4 h 40 m", LineKind.COUNTED),
        Line("Mon 14:40 to 17:00", "Will count, open until closing.", "2 h 20 m", LineKind.AHEAD),
        Line("Mon 17:00 to Tue 08:00", "Not counting, outside business hours.", "0", LineKind.OFF),
        Line("Tue 08:00 to 09:00", "Will count, then the time is used up.", "1 h", LineKind.AHEAD),
        Line("Due Tue 16 Jun, 09:00 PDT", "", "8 h", LineKind.SUM),
    )


def test_a_pause_over_the_weekend_is_one_line_with_party_and_reason() -> None:
    hold = fact(K.HELD, "2026-06-12 16:00", party=Party.CUSTOMER, reason="Photo of the rack")
    view = at("2026-06-15 18:40", opened("2026-06-12 14:00"), hold).resolve
    assert sentence(view, PACIFIC) == (
        "Paused, waiting for the customer · 6 h of business time left"
    )
    assert explain(view, PACIFIC)[-1] == Line(
        "Fri 16:00 to Mon 18:40",
        "Not counting, paused while waiting for the customer: Photo of the rack.",
        "0",
        LineKind.OFF,
    )


def test_a_pause_with_a_promised_date_names_deadline_and_resumption() -> None:
    until = pacific("2026-06-16 09:00")
    hold = fact(K.HELD, "2026-06-12 16:00", party=Party.AGREED_VISIT, until=until)
    view = at("2026-06-15 08:40", opened("2026-06-12 14:00"), hold).resolve
    assert sentence(view, PACIFIC) == (
        "Paused, waiting for the agreed visit · 6 h of business time left"
        " · due Tue 15:00 PDT · counting resumes Tue 09:00 PDT"
    )


def test_out_of_hours_it_says_when_counting_starts_and_which_holiday_is_in_between() -> None:
    view = at("2026-07-02 18:00", opened("2026-07-02 18:00")).respond
    assert sentence(view, PACIFIC) == (
        "8 h of business time left · due Mon 16:00 PDT · counting starts Mon 08:00 PDT"
    )
    assert "It came in outside business hours: counting starts Mon 08:00 PDT." in why(view, PACIFIC)
    assert explain(view, PACIFIC)[0].why == (
        "Not counting, outside business hours, with the holiday on Fri 3 Jul."
    )


def test_in_the_evening_it_says_when_counting_resumes() -> None:
    view = at("2026-06-15 20:00", MONDAY_10).respond
    assert sentence(view, PACIFIC).endswith("· counting resumes Tue 08:00 PDT")


def test_lateness_is_told_after_the_deadline_in_one_line() -> None:
    view = at("2026-06-18 10:00", MONDAY_10).respond
    assert sentence(view, PACIFIC) == "Late by 19 h of business time · was due Tue 09:00 PDT"
    assert explain(view, PACIFIC)[-2:] == (
        Line("Due Tue 16 Jun, 09:00 PDT", "", "8 h", LineKind.SUM),
        Line(
            "Tue 09:00 to Thu 10:00",
            "Late: past the deadline and still open.",
            "19 h",
            LineKind.OVER,
        ),
    )


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (fact(K.REPLIED, "2026-06-16 11:00"), "Responded in 10 h, target 8 business hours, missed"),
        (fact(K.MERGED, "2026-06-15 11:00", other="CC-7"), "Merged into CC-7, not judged"),
        (fact(K.CLOSED, "2026-06-15 11:00"), "Closed before an answer was due, not judged"),
    ],
)
def test_a_stopped_clock_says_how_it_ended(later: object, words: str) -> None:
    view = at("2026-06-16 12:00", MONDAY_10, later).respond  # type: ignore[arg-type]
    assert sentence(view, PACIFIC) == words


def test_an_answer_before_counting_began_says_so() -> None:
    facts = (opened("2026-06-13 11:00"), fact(K.REPLIED, "2026-06-13 11:05"))
    assert sentence(at("2026-06-13 12:00", *facts).respond, PACIFIC) == (
        "Responded before the clock started to count, target 8 business hours"
    )


def test_time_left_over_after_an_answer_is_no_longer_needed() -> None:
    view = at("2026-06-15 14:40", MONDAY_10, fact(K.REPLIED, "2026-06-15 10:22")).respond
    assert explain(view, PACIFIC)[:2] == (
        Line("Mon 10:00 to 10:22", "Counted.", "22 m", LineKind.COUNTED),
        Line("Mon 10:22 to 17:00", "Left over, no longer needed.", "6 h 38 m", LineKind.AHEAD),
    )


def test_no_promise_is_said_and_never_blank() -> None:
    view = at("2026-06-15 12:00", opened("2026-06-15 10:00", promise_id="tier-1")).respond
    assert sentence(view, PACIFIC) == "No response promise: Tier 1 names no response time."
    assert why(view, PACIFIC) == ("No response promise: Tier 1 names no response time.",)
    assert explain(view, PACIFIC) == ()


def test_a_metric_that_the_terms_leave_out_is_said_too() -> None:
    terms = Promise("Tier 2", {(Priority.MINOR, Metric.RESPOND): Target(hours(24), Unit.ELAPSED)})
    view = timeline([MONDAY_10], {"tier-2": terms}, CALENDARS, NOW)
    assert sentence(view.respond, PACIFIC) == (
        "No response promise: Tier 2 names none for an emergency."
    )
    assert sentence(view.resolve, PACIFIC) == (
        "No promised time for a fix: Tier 2 names none for an emergency."
    )


def test_an_elapsed_target_moved_to_the_opening_explains_the_move() -> None:
    target = Target(hours(24), Unit.ELAPSED_TO_OPENING)
    terms = Promise("Tier 2", {(Priority.EMERGENCY, Metric.RESPOND): target})
    friday = opened("2026-06-12 16:00")
    view = timeline([friday], {"tier-2": terms}, CALENDARS, friday.at).respond
    assert sentence(view, PACIFIC) == "64 h left · due Mon 08:00 PDT"
    assert [(line.when, line.why, line.amount) for line in explain(view, PACIFIC)] == [
        ("Fri 16:00 to Sat 16:00", "Will count, then the time is used up.", "24 h"),
        ("Sat 16:00 to Mon 08:00", "Not counting, moved to the next opening.", "0"),
        ("Due Mon 15 Jun, 08:00 PDT", "", "24 h"),
    ]


@pytest.mark.parametrize(
    ("amount", "words", "exact"),
    [
        (hours(0), "0", "0"),
        (hours(3) + dt.timedelta(minutes=20), "3 h 20 m", "3 h 20 m"),
        (hours(1) + dt.timedelta(seconds=59), "1 h", "1 h 59 s"),
        (dt.timedelta(seconds=42), "42 s", "42 s"),
        (dt.timedelta(microseconds=1), "less than 1 s", "less than 1 s"),
        (hours(-2), "2 h", "2 h"),
        (hours(1_200), "1,200 h", "1,200 h"),
    ],
)
def test_durations_are_short(amount: dt.timedelta, words: str, exact: str) -> None:
    assert (duration(amount), duration(amount, exact=True)) == (words, exact)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-06-16 09:00", "Tue 09:00 PDT"),
        ("2026-06-16 09:00:30", "Tue 09:00:30 PDT"),
        ("2026-06-21 14:40", "Sun 14:40 PDT"),
        ("2026-06-22 08:00", "Mon 22 Jun, 08:00 PDT"),
        ("2026-06-08 08:00", "Mon 8 Jun, 08:00 PDT"),
        ("2027-01-04 08:00", "Mon 4 Jan 2027, 08:00 PST"),
    ],
)
def test_an_instant_has_its_date_when_it_is_more_than_six_days_away(text: str, words: str) -> None:
    assert instant(pacific(text), PACIFIC, NOW) == words


def test_instants_are_told_in_the_zone_of_the_reader() -> None:
    due = pacific("2026-06-16 09:00")
    assert instant(due, "Europe/London", NOW) == "Tue 17:00 BST"
    assert full_instant(due, "Australia/Lord_Howe", NOW) == "Wed 17 Jun, 02:30 UTC+10:30"


def test_a_span_across_a_clock_change_names_both_zones() -> None:
    start, end = pacific("2026-10-31 17:00"), pacific("2026-11-02 08:00")
    assert span(start, end, PACIFIC, start) == "Sat 17:00 PDT to Mon 08:00 PST"


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ({"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "wed": [["08:00", "12:00"]]},
         "Monday, 08:00 to 12:00 and 13:00 to 17:00; Wednesday, 08:00 to 12:00 Berlin time"),
        ({"sat": [["20:00", "26:00"]], "sun": [["20:00", "26:00"]]},
         "Saturday and Sunday, 20:00 to 02:00 the next day Berlin time"),
        ({day: [["00:00", "24:00"]] for day in EVERY_DAY}, "around the clock, every day"),
    ],
)  # fmt: skip
def test_weekly_hours_in_words(weekly: object, words: str) -> None:
    calendar = ServiceCalendar.from_dict({"tz": "Europe/Berlin", "weekly": weekly})
    assert hours_words(calendar) == words


def test_hours_of_single_dates_only() -> None:
    rare = {"tz": "UTC", "special_hours": {"2026-12-24": [["08:00", "12:00"]]}}
    assert hours_words(ServiceCalendar.from_dict(rare)) == "only on the dates listed, UTC time"


def test_the_document_is_canonical_json_and_its_hash_changes_with_every_fact() -> None:
    one = document("CC-1042", at("2026-06-15 14:40", MONDAY_10), PACIFIC)
    same = document("CC-1042", at("2026-06-15 14:40", MONDAY_10), PACIFIC)
    reply = fact(K.REPLIED, "2026-06-15 10:22")
    other = document("CC-1042", at("2026-06-15 14:40", MONDAY_10, reply), PACIFIC)
    assert json.loads(json.dumps(one)) == one
    assert document_hash(one) == document_hash(same) != document_hash(other)
    assert one["as_of"] == "2026-06-15T21:40:00.000000+00:00"
    clocks = one["clocks"]
    assert isinstance(clocks, list)
    assert clocks[0]["due"] == "2026-06-16T16:00:00.000000+00:00"
    assert clocks[0]["segments"][0]["from"] == "2026-06-15T17:00:00.000000+00:00"


def test_every_state_has_words() -> None:
    assert all(state.label for state in ClockState)


def test_the_package_needs_nothing_but_the_standard_library() -> None:
    script = (
        "import sys, contracts.sla\n"
        "mine = {n.partition('.')[0] for n in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(n for n in mine if not n.startswith('_')))"
    )
    command = [sys.executable, "-S", "-c", script]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout == "['contracts']\n"


def test_answers_need_no_present_time() -> None:
    assert office.next_opening(utc("2026-06-13 00:00")) == pacific("2026-06-15 08:00")
    assert around_the_clock.is_open(utc("1999-12-31 23:59"))
