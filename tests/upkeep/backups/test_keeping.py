"""What is kept and why: exact cases, and what must hold for every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from upkeep.backups.keeping import (
    AROUND,
    AROUND_WORK,
    LAST_VERIFIED,
    PERIODS,
    YOUNG,
    Rule,
    Share,
    Stored,
    Work,
    kept,
    shares,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


def history(count: int, every: timedelta = timedelta(days=1)) -> list[Stored]:
    """Return one verified backup after another, the newest (number 0) now."""
    return [Stored(number, NOW - number * every, "schedule", 2) for number in range(count)]


USUAL = Rule()


def reasons(backups: list[Stored], rule: Rule = USUAL) -> dict[int, tuple[str, ...]]:
    return kept(backups, rule, zone=PACIFIC, now=NOW)


def test_two_years_of_days_become_days_weeks_months_and_years() -> None:
    whys = reasons(history(730))
    counts = {why: sum(why in told for told in whys.values()) for why in PERIODS}
    assert counts == {"daily": 14, "weekly": 8, "monthly": 12, "yearly": 2}
    assert 20 < len(whys) < 36


def test_the_rule_of_none_keeps_the_young_and_the_newest_verified() -> None:
    whys = reasons(history(60, timedelta(days=3)), Rule(0, 0, 0, 0))
    assert whys == {
        0: ("young", "newest verified"),
        1: ("young", "newest verified"),
        2: ("young", "newest verified"),
    }


def test_a_day_is_that_of_the_site() -> None:
    # 23:30 and 00:30 in Los Angeles are one day in UTC.
    late = Stored(11, datetime(2026, 3, 2, 7, 30, tzinfo=UTC), "schedule", 2)
    early = Stored(12, datetime(2026, 3, 2, 8, 30, tzinfo=UTC), "schedule", 2)
    whys = reasons([late, early, *history(3)], Rule(daily=9, weekly=0, monthly=0, yearly=0))
    assert {11, 12} <= whys.keys()
    in_utc = kept([late, early, *history(3)], Rule(9, 0, 0, 0), zone=UTC, now=NOW)
    assert (11 in in_utc, 12 in in_utc) == (False, True)


def test_a_verified_one_goes_before_a_newer_one_that_is_not() -> None:
    old = NOW - timedelta(days=40)
    good, newer = Stored(1, old, "schedule", 2), Stored(2, old + timedelta(hours=1), "schedule", 1)
    whys = reasons([good, newer, *(replace(one, id=one.id + 9) for one in history(3))])
    assert (1 in whys, 2 in whys) == (True, False)


def test_without_any_verified_one_the_newest_stay() -> None:
    backups = [replace(one, level=1) for one in history(90, timedelta(days=30))]
    whys = reasons(backups, Rule(0, 0, 0, 0))
    assert sorted(whys) == [0, 1, 2]


def test_the_newest_of_each_firmware_stays_to_go_back_to() -> None:
    backups = [replace(one, firmware=f"22.{one.id // 100}") for one in history(400)]
    whys = reasons(backups, Rule(0, 0, 0, 0))
    assert [one for one in whys if "newest of its firmware" in whys[one]] == [0, 100, 200, 300]


BACKUPS = st.lists(
    st.builds(
        Stored,
        id=st.integers(0, 10**6),
        taken_at=st.integers(0, 3 * 365 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
        trigger=st.sampled_from(["schedule", "service", "pushed", "by_hand", *AROUND_WORK]),
        level=st.integers(0, 3),
        firmware=st.sampled_from(["", "1.0", "1.1"]),
        is_damaged=st.booleans(),
        is_held=st.booleans(),
        is_busy=st.booleans(),
        is_released=st.booleans(),
        ticket_id=st.sampled_from([None, 1, 2]),
    ),
    max_size=60,
    unique_by=lambda one: one.id,
)
RULES = st.builds(Rule, *(st.integers(0, 20) for _ in range(4)))


@settings(max_examples=300, deadline=None)
@given(BACKUPS, RULES)
def test_what_must_never_go_never_goes(backups: list[Stored], rule: Rule) -> None:
    whys = reasons(backups, rule)
    newest = sorted(backups, key=lambda one: (one.taken_at, one.id), reverse=True)
    verified = [one for one in newest if one.is_verified]
    must = [one for one in backups if one.is_held or one.is_busy]
    must += [one for one in backups if one.trigger in AROUND_WORK and not one.is_released]
    must += verified[:LAST_VERIFIED] or newest[:LAST_VERIFIED]
    assert {one.id for one in must} <= whys.keys() <= {one.id for one in backups}


@settings(deadline=None)
@given(BACKUPS, RULES, st.integers(0, 400))
def test_letting_go_day_after_day_never_loses_the_newest_verified(
    backups: list[Stored], rule: Rule, days: int
) -> None:
    left = backups
    for later in (0, days // 2, days):
        stay = kept(left, rule, zone=PACIFIC, now=NOW + timedelta(days=later))
        left = [one for one in left if one.id in stay]
    before = [one for one in backups if one.is_verified]
    if before:
        best = max(before, key=lambda one: (one.taken_at, one.id))
        assert best in left


@settings(deadline=None)
@given(BACKUPS, RULES)
def test_deciding_twice_lets_nothing_more_go(backups: list[Stored], rule: Rule) -> None:
    once = reasons(backups, rule)
    again = reasons([one for one in backups if one.id in once], rule)
    assert again.keys() == once.keys()


@settings(deadline=None)
@given(BACKUPS, RULES)
def test_only_undamaged_ones_stand_for_a_day_week_month_or_year(
    backups: list[Stored], rule: Rule
) -> None:
    whys = reasons(backups, rule)
    for one in backups:
        if one.is_damaged and one.id in whys:
            assert not {"daily", "weekly", "monthly", "yearly"} & set(whys[one.id])


def test_what_is_a_week_young_stays() -> None:
    backups = [Stored(number, NOW - YOUNG / 50 * number, "schedule", 1) for number in range(60)]
    whys = reasons(backups, Rule(0, 0, 0, 0))
    assert sorted(whys) == list(range(50))


NOTHING = Rule(0, 0, 0, 0)


def around(backups: list[Stored], *works: Work) -> list[int]:
    whys = kept(backups, NOTHING, zone=PACIFIC, now=NOW, works=works)
    return sorted(one for one in whys if AROUND in whys[one])


def day(number: int) -> datetime:
    """Return half a day after the backup of that number."""
    return NOW - timedelta(days=number) + timedelta(hours=12)


def test_work_by_hand_keeps_the_one_before_it_and_the_first_one_after_it() -> None:
    work = Work(day(60), day(58))
    assert around(history(90), work) == [57, 60]


def test_those_that_were_taken_for_the_ticket_of_the_work_stay_too() -> None:
    backups = [replace(one, ticket_id=7) if one.id in (59, 30) else one for one in history(90)]
    assert around(backups, Work(day(60), day(58), 7)) == [57, 59, 60]
    assert around(backups, Work(day(60), day(58), 8)) == [57, 60]


def test_around_work_a_verified_one_goes_before_a_nearer_one_that_is_not() -> None:
    backups = [
        replace(one, level=1, is_damaged=one.id == 56) if one.id in (60, 57, 56) else one
        for one in history(90)
    ]
    assert around(backups, Work(day(60), day(58))) == [55, 61]


def test_what_a_person_released_is_kept_for_other_reasons_and_nothing_takes_its_place() -> None:
    backups = [replace(one, is_released=one.id == 60) for one in history(90)]
    assert around(backups, Work(day(60), day(58))) == [57]
    safety = [replace(one, trigger="safety", is_released=True) for one in history(90)]
    assert around(safety) == []
    assert sorted(kept(safety, NOTHING, zone=PACIFIC, now=NOW)) == [0, 1, 2, 3, 4, 5, 6]


@settings(deadline=None)
@given(BACKUPS, RULES, st.integers(0, 1000), st.integers(0, 100))
def test_work_by_hand_always_keeps_a_good_one_of_before_where_there_is_one(
    backups: list[Stored], rule: Rule, began: int, lasted: int
) -> None:
    begun = NOW - timedelta(days=began)
    work = Work(begun, begun + timedelta(hours=lasted), 1)
    whys = kept(backups, rule, zone=PACIFIC, now=NOW, works=[work])
    before = [one for one in backups if one.taken_at <= begun and one.is_verified]
    if before:
        best = max(before, key=lambda one: (one.taken_at, one.id))
        assert best.is_released or best.id in whys
    again = [one for one in backups if one.id in whys]
    twice = kept(again, rule, zone=PACIFIC, now=NOW, works=[work])
    assert twice.keys() == whys.keys()


def test_each_reason_tells_how_much_it_keeps_and_how_much_it_alone() -> None:
    whys = {1: ("daily", AROUND), 2: (AROUND,), 3: ("daily",)}
    assert shares(whys, {1: 10, 2: 5, 3: 1}) == [
        Share(AROUND, 2, 15, 1, 5),
        Share("daily", 2, 11, 1, 1),
    ]
