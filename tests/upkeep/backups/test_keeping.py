"""What is kept and why: exact cases, and what must hold for every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from upkeep.backups.keeping import AROUND_WORK, LAST_VERIFIED, PERIODS, YOUNG, Rule, Stored, kept

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
    must = [one for one in backups if one.is_held or one.is_busy or one.trigger in AROUND_WORK]
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
