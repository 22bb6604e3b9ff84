"""The rules of calendar arithmetic, one by one."""

import copy
import datetime as dt
import pickle
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.sla import CalendarError, CalendarNeverCloses, CalendarNeverOpens, ServiceCalendar
from tests.sla.specs import (
    AROUND_THE_CLOCK,
    EVERY_DAY,
    OFFICE,
    around_the_clock,
    hours,
    office,
    pacific,
    utc,
    wall,
)

MICROSECOND = dt.timedelta(microseconds=1)


def calendar(tz: str = "UTC", **parts: Any) -> ServiceCalendar:
    return ServiceCalendar.from_dict({"tz": tz, **parts})


def every_day(*windows: list[str], tz: str = "UTC", **parts: Any) -> ServiceCalendar:
    return calendar(tz, weekly={day: list(windows) for day in EVERY_DAY}, **parts)


def test_opening_is_inclusive_and_closing_exclusive() -> None:
    assert office.is_open(pacific("2026-06-15 08:00"))
    assert not office.is_open(pacific("2026-06-15 08:00") - MICROSECOND)
    assert office.is_open(pacific("2026-06-15 17:00") - MICROSECOND)
    assert not office.is_open(pacific("2026-06-15 17:00"))


def test_an_amount_used_up_at_closing_time_is_due_at_closing_time() -> None:
    assert wall(office.add(pacific("2026-06-15 09:00"), hours(8))) == "2026-06-15 17:00 PDT"


def test_one_microsecond_more_is_due_the_next_morning() -> None:
    due = office.add(pacific("2026-06-15 09:00"), hours(8) + MICROSECOND)
    assert due == pacific("2026-06-16 08:00") + MICROSECOND


def test_microseconds_are_kept() -> None:
    start = pacific("2026-06-15 10:00") + dt.timedelta(microseconds=123_457)
    assert office.add(start, hours(8)) == pacific("2026-06-16 09:00") + dt.timedelta(
        microseconds=123_457
    )


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-15 10:00", "2026-06-15 10:00 PDT"),
        ("2026-06-15 17:00", "2026-06-16 08:00 PDT"),
        ("2026-06-13 11:00", "2026-06-15 08:00 PDT"),
    ],
)
def test_a_zero_amount_is_the_next_opening(start: str, due: str) -> None:
    assert wall(office.add(pacific(start), hours(0))) == due


def test_a_zero_amount_inside_a_pause_is_the_end_of_the_pause_or_the_opening_after_it() -> None:
    start = pacific("2026-06-15 10:00")
    lunch = (start, pacific("2026-06-15 12:00"))
    evening = (pacific("2026-06-15 11:30"), pacific("2026-06-15 20:00"))
    assert office.add(start, hours(0), [lunch]) == pacific("2026-06-15 12:00")
    assert office.add(start, hours(0), [lunch, evening]) == pacific("2026-06-16 08:00")


@pytest.mark.parametrize(
    ("start", "amount", "latest"),
    [
        ("2026-06-15 10:00", -1, "2026-06-15 09:00 PDT"),
        ("2026-06-15 10:00", -8, "2026-06-12 11:00 PDT"),
        ("2026-06-15 10:00", -2, "2026-06-15 08:00 PDT"),
        ("2026-06-14 10:00", -9, "2026-06-12 08:00 PDT"),
        ("2026-06-15 17:00", -9, "2026-06-15 08:00 PDT"),
    ],
)
def test_a_negative_amount_is_the_latest_instant_with_that_much_before(
    start: str, amount: int, latest: str
) -> None:
    assert wall(office.add(pacific(start), hours(amount))) == latest


def test_a_negative_amount_walks_over_pauses() -> None:
    pause = (pacific("2026-06-15 08:30"), pacific("2026-06-15 09:30"))
    latest = office.add(pacific("2026-06-15 10:00"), hours(-2), [pause])
    assert wall(latest) == "2026-06-12 16:00 PDT"


def test_between_is_negative_backwards_and_counts_pauses_once() -> None:
    start, end = pacific("2026-06-12 16:00"), pacific("2026-06-15 10:00")
    pauses = [
        (pacific("2026-06-12 16:30"), pacific("2026-06-15 08:30")),
        (pacific("2026-06-12 16:45"), pacific("2026-06-15 08:15")),
    ]
    assert office.between(start, end) == hours(3)
    assert office.between(end, start) == hours(-3)
    assert office.between(start, end, pauses) == hours(2)


def test_a_pause_outside_hours_costs_nothing() -> None:
    night = (pacific("2026-06-15 17:00"), pacific("2026-06-16 08:00"))
    start = pacific("2026-06-15 16:00")
    assert office.add(start, hours(2), [night]) == office.add(start, hours(2))


def test_pauses_may_come_in_any_order_and_as_an_iterator() -> None:
    pauses = [
        (pacific("2026-06-15 13:00"), pacific("2026-06-15 14:00")),
        (pacific("2026-06-15 10:00"), pacific("2026-06-15 11:00")),
    ]
    assert wall(office.add(pacific("2026-06-15 09:00"), hours(6), iter(pauses))) == (
        "2026-06-15 17:00 PDT"
    )


def test_a_pause_that_begins_when_the_amount_is_used_up_does_not_move_the_deadline() -> None:
    pause = (pacific("2026-06-15 10:00"), pacific("2026-06-15 12:00"))
    assert office.add(pacific("2026-06-15 09:00"), hours(1), [pause]) == pause[0]


def test_special_hours_replace_the_day_and_beat_a_holiday() -> None:
    special = calendar(
        weekly={"thu": [["08:00", "17:00"]]},
        holidays=["2026-12-24", "2026-12-31"],
        special_hours={"2026-12-24": [["10:00", "12:00"]], "2026-12-17": []},
    )
    windows = list(special.windows(utc("2026-12-10"), utc("2027-01-02")))
    assert windows == [
        (utc("2026-12-10 08:00"), utc("2026-12-10 17:00")),
        (utc("2026-12-24 10:00"), utc("2026-12-24 12:00")),
    ]


def test_a_holiday_removes_the_windows_that_start_on_it_and_only_those() -> None:
    nights = calendar(
        weekly={"mon": [["22:00", "30:00"]], "tue": [["22:00", "30:00"]]}, holidays=["2026-06-16"]
    )
    windows = list(nights.windows(utc("2026-06-15"), utc("2026-06-20")))
    assert windows == [(utc("2026-06-15 22:00"), utc("2026-06-16 06:00"))]


def test_a_window_may_end_at_24_or_run_to_48_hours() -> None:
    long = calendar(weekly={"mon": [["12:00", "24:00"]], "wed": [["00:00", "48:00"]]})
    windows = list(long.windows(utc("2026-06-15"), utc("2026-06-21")))
    assert windows == [
        (utc("2026-06-15 12:00"), utc("2026-06-16 00:00")),
        (utc("2026-06-17 00:00"), utc("2026-06-19 00:00")),
    ]


def test_seconds_are_legal() -> None:
    assert list(
        calendar(weekly={"mon": [["08:00:30", "08:00:31"]]}).windows(
            utc("2026-06-15"), utc("2026-06-16")
        )
    ) == [(utc("2026-06-15 08:00:30"), utc("2026-06-15 08:00:31"))]


def test_overlapping_and_touching_windows_are_one_window_across_midnight_and_new_year() -> None:
    joined = calendar(
        weekly={
            "thu": [["08:00", "12:00"], ["11:00", "13:00"], ["13:00", "26:00"]],
            "fri": [["02:00", "03:00"]],
        }
    )
    # 31 December 2026 is a Thursday.
    assert list(joined.windows(utc("2026-12-31"), utc("2027-01-02"))) == [
        (utc("2026-12-31 08:00"), utc("2027-01-01 03:00"))
    ]
    assert joined.next_closing(utc("2026-12-31 09:00")) == utc("2027-01-01 03:00")


def test_a_window_into_the_new_year_counts_when_only_that_year_was_asked_before() -> None:
    night, day = [["22:00", "46:00"]], [["08:00", "09:00"]]
    once = calendar(special_hours={"2026-12-31": night, "2027-06-15": day})
    assert once.is_open(utc("2027-06-15 08:30"))
    assert once.is_open(utc("2027-01-01 21:59"))
    assert not once.is_open(utc("2027-01-01 22:00"))


def test_a_window_across_the_spring_change_is_really_an_hour_shorter() -> None:
    nights = every_day(["00:00", "06:00"], tz="America/Los_Angeles")
    assert nights.between(pacific("2026-03-08 00:00"), pacific("2026-03-08 06:00")) == hours(5)
    assert nights.between(pacific("2026-11-01 00:00"), pacific("2026-11-01 06:00")) == hours(7)


def test_a_wall_time_that_occurs_twice_means_the_first() -> None:
    night = every_day(["01:30", "02:00"], tz="America/Los_Angeles")
    windows = list(night.windows(pacific("2026-11-01 00:00"), pacific("2026-11-01 12:00")))
    assert windows == [(utc("2026-11-01 08:30"), utc("2026-11-01 10:00"))]


def test_a_wall_time_in_the_gap_means_the_instant_of_the_change() -> None:
    night = every_day(["02:15", "03:30"], tz="America/Los_Angeles")
    windows = list(night.windows(pacific("2026-03-08 00:00"), pacific("2026-03-08 12:00")))
    assert windows == [(utc("2026-03-08 10:00"), utc("2026-03-08 10:30"))]


def test_a_half_hour_change_is_exact() -> None:
    night = every_day(["01:00", "03:00"], tz="Australia/Lord_Howe")
    zone = ZoneInfo("Australia/Lord_Howe")
    spring = dt.datetime(2026, 10, 4, tzinfo=zone)
    autumn = dt.datetime(2026, 4, 5, tzinfo=zone)
    assert night.between(spring, spring + hours(12)) == hours(1.5)
    assert night.between(autumn, autumn + hours(12)) == hours(2.5)


def test_a_date_that_the_zone_skipped_has_no_open_time() -> None:
    apia = every_day(["08:00", "17:00"], tz="Pacific/Apia")
    zone = ZoneInfo("Pacific/Apia")
    start = dt.datetime(2011, 12, 29, 12, tzinfo=zone)
    assert apia.add(start, hours(6)) == dt.datetime(2011, 12, 31, 9, tzinfo=zone)


def test_a_window_into_the_skipped_date_ends_at_the_change() -> None:
    apia = calendar("Pacific/Apia", special_hours={"2011-12-29": [["20:00", "32:00"]]})
    assert list(apia.windows(utc("2011-12-28"), utc("2012-01-02"))) == [
        (utc("2011-12-30 06:00"), utc("2011-12-30 10:00"))
    ]


def test_closed_instants_point_to_the_next_opening_and_its_closing() -> None:
    saturday = pacific("2026-06-13 11:00")
    assert wall(office.next_opening(saturday)) == "2026-06-15 08:00 PDT"
    assert wall(office.next_closing(saturday)) == "2026-06-15 17:00 PDT"
    assert office.next_opening(pacific("2026-06-15 09:00")) == pacific("2026-06-15 09:00")


def test_a_calendar_that_never_closes_says_so() -> None:
    with pytest.raises(CalendarNeverCloses, match="without a break"):
        around_the_clock.next_closing(utc("2026-06-15"))


def test_around_the_clock_is_elapsed_time_over_decades() -> None:
    start = utc("2026-06-15 10:00")
    assert around_the_clock.add(start, dt.timedelta(days=20_000)) == start + dt.timedelta(
        days=20_000
    )


def test_special_dates_are_found_up_to_ten_years_away_and_no_further() -> None:
    rare = calendar(special_hours={"2026-12-24": [["08:00", "12:00"]]})
    assert rare.next_opening(utc("2017-01-01")) == utc("2026-12-24 08:00")
    assert rare.add(utc("2030-01-01"), hours(-4)) == utc("2026-12-24 08:00")
    questions: tuple[Callable[[], object], ...] = (
        lambda: rare.next_opening(utc("2016-12-01")),
        lambda: rare.add(utc("2026-12-24 09:00"), hours(4)),
        lambda: rare.add(utc("2026-12-24 09:00"), hours(-2)),
        lambda: rare.next_closing(utc("2026-12-24 12:00")),
    )
    for question in questions:
        with pytest.raises(CalendarNeverOpens, match="no open time in the ten years"):
            question()


def test_a_closure_of_more_than_ten_years_is_refused_whatever_was_asked_before() -> None:
    spec = {"2000-01-03": [["08:00", "12:00"]], "2026-12-24": [["08:00", "12:00"]]}
    fresh, used = calendar(special_hours=spec), calendar(special_hours=spec)
    assert used.between(utc("1999-01-01"), utc("2027-01-01")) == hours(8)
    for asked in (fresh, used):
        with pytest.raises(CalendarNeverOpens):
            asked.add(utc("2000-01-03 08:00"), hours(5))
        with pytest.raises(CalendarNeverOpens):
            asked.add(utc("2026-12-24 12:00"), hours(-5))
        with pytest.raises(CalendarNeverOpens):
            asked.next_opening(utc("2000-01-03 12:00"))


def test_more_open_time_than_a_calendar_has_is_refused_and_does_not_loop() -> None:
    with pytest.raises(CalendarNeverOpens, match="does not have that much open time"):
        office.add(utc("2026-06-15"), dt.timedelta.max)
    with pytest.raises(CalendarNeverOpens, match="does not have that much open time"):
        office.add(utc("2026-06-15"), dt.timedelta.min)


@pytest.mark.parametrize(
    "instant", [dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=dt.UTC)]
)
def test_instants_outside_the_years_of_a_calendar_are_refused(instant: dt.datetime) -> None:
    with pytest.raises(CalendarError, match="between 1900 and 2299"):
        office.is_open(instant)


def test_answers_do_not_depend_on_the_order_of_the_questions() -> None:
    years = [2026, 1999, 2050, 2010, 1960]
    forwards, backwards = ServiceCalendar.from_dict(OFFICE), ServiceCalendar.from_dict(OFFICE)
    asked = [utc(f"{year}-12-30 20:00") for year in years]
    answers = [forwards.add(instant, hours(30)) for instant in asked]
    assert answers == [backwards.add(instant, hours(30)) for instant in reversed(asked)][::-1]


def test_many_threads_get_the_same_answers_from_a_fresh_calendar() -> None:
    shared, answers = ServiceCalendar.from_dict(OFFICE), {}

    def ask(year: int) -> None:
        answers[year] = shared.add(utc(f"{year}-06-15 18:00"), hours(3_000))

    threads = [threading.Thread(target=ask, args=(year,)) for year in range(1990, 2030)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {
        year: office.add(utc(f"{year}-06-15 18:00"), hours(3_000)) for year in range(1990, 2030)
    }


def test_bulk_forms_answer_like_the_single_ones_in_order() -> None:
    starts = [pacific("2026-06-15 10:00"), pacific("2026-06-12 16:00"), pacific("2026-06-13 11:00")]
    ends = office.add_many(starts, hours(8))
    assert ends == [office.add(start, hours(8)) for start in starts]
    assert office.between_many(zip(starts, ends, strict=True)) == [hours(8)] * 3


def test_the_neutral_form_comes_back_and_equal_hours_have_one_fingerprint() -> None:
    spec = {
        "tz": "America/Los_Angeles",
        "weekly": {
            "mon": [["08:00", "17:00"]],
            "tue": [["08:00", "12:00"], ["13:00:30", "26:00"]],
        },
        "holidays": ["2026-11-26"],
        "special_hours": {"2026-12-24": [["08:00", "12:00"]], "2026-12-31": []},
    }
    same = {
        "tz": "America/Los_Angeles",
        "special_hours": {"2026-12-31": [], "2026-12-24": [["08:00", "12:00"]]},
        "holidays": ["2026-11-26", "2026-11-26"],
        "weekly": {
            "wed": [],
            "tue": [["13:00:30", "26:00"], ["08:00", "10:00"], ["10:00:00", "12:00"]],
            "mon": [["08:00", "17:00"]],
        },
    }
    one, other = ServiceCalendar.from_dict(spec), ServiceCalendar.from_dict(same)
    assert one.to_dict() == spec == other.to_dict()
    assert one.fingerprint() == other.fingerprint()
    assert one == other
    assert hash(one) == hash(other)
    assert one.fingerprint() != office.fingerprint()
    assert len(one.fingerprint()) == 64


def test_a_calendar_can_be_copied_and_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(office))  # noqa: S301 - our own bytes
    for twin in (copy.deepcopy(office), sent):
        assert twin == office
        assert wall(twin.add(pacific("2026-06-15 10:00"), hours(8))) == "2026-06-16 09:00 PDT"


def test_it_names_its_zone() -> None:
    assert office.tz == "America/Los_Angeles"
    assert office.zone == ZoneInfo("America/Los_Angeles")
    assert ServiceCalendar.from_dict(AROUND_THE_CLOCK).tz == "UTC"
