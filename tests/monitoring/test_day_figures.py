"""What a day was like, and how it is drawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.day_figures import (
    DayFigure,
    DayKind,
    runs_of,
    share_of,
    spell_share,
    worst_of,
)
from monitoring.drawing import days_until, draw_spark, draw_uptime, spell_took

DAY = date(2026, 6, 15)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOTHING = timedelta()
spans = st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds))


def day(
    up: timedelta = NOTHING,
    down: timedelta = NOTHING,
    unknown: timedelta = NOTHING,
    planned: timedelta = NOTHING,
) -> DayFigure:
    return DayFigure(DAY, up, down, unknown, planned)


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        (day(24 * HOUR), DayKind.GOOD),
        (day(HOUR, 14 * MINUTE), DayKind.SHORT_GAP),
        (day(HOUR, 15 * MINUTE), DayKind.LONG_GAP),
        (day(), DayKind.NOT_WATCHED),
        (day(unknown=HOUR, planned=HOUR), DayKind.NOT_WATCHED),
        (day(HOUR, unknown=HOUR), DayKind.GOOD),
    ],
)
def test_a_day_is_of_a_kind(figure: DayFigure, kind: DayKind) -> None:
    assert figure.kind is kind


def test_unknown_time_and_planned_work_count_neither_for_nor_against() -> None:
    figure = day(9 * HOUR, HOUR, unknown=12 * HOUR, planned=2 * HOUR)
    assert figure.share == Decimal("90.00")
    assert day(unknown=HOUR, planned=HOUR).share is None


@given(st.lists(st.tuples(spans, spans), max_size=5))
def test_the_whole_is_said_only_where_nothing_was_missed(
    pairs: list[tuple[timedelta, ...]],
) -> None:
    figures = [day(up, down) for up, down in pairs]
    share = share_of(figures)
    if share is None:
        assert not any(one.up or one.down for one in figures)
    else:
        assert Decimal(0) <= share <= Decimal(100)
        assert (share == 100) is not any(one.down for one in figures)


def test_a_share_is_spelt_without_rounding_it_up() -> None:
    year = share_of([day(timedelta(days=364, hours=23, minutes=59), MINUTE)])
    assert spell_share(year) == "99.99 %"
    assert spell_share(Decimal(100)) == "100 %"
    assert spell_share(None) == ""


def test_the_day_of_a_device_is_that_of_its_worst_check() -> None:
    good, bad, blind = day(24 * HOUR), day(23 * HOUR, HOUR), day(unknown=24 * HOUR)
    assert worst_of([[good, good, blind], [bad, blind, blind]]) == [bad, good, blind]
    assert worst_of([]) == []


def test_bars_are_one_path_a_kind_and_a_label_in_words() -> None:
    bar = draw_uptime([day(), day(24 * HOUR), day(24 * HOUR), day(HOUR, MINUTE)])
    assert bar.paths == [
        ("ok", "M1 2h0.72v6h-0.72zM2 2h0.72v6h-0.72z"),
        ("soon", "M3 0h0.72v10h-0.72z"),
        ("idle", "M0 2h0.72v6h-0.72z"),
    ]
    assert bar.width == "3.72"
    assert bar.label == (
        "Last 4 days: 2 days without a gap, 1 day with a short gap, 1 day not watched;"
        " answered 99.96 % of the time"
    )


def test_days_that_were_alike_share_a_row_and_days_with_a_gap_have_their_own() -> None:
    empty, whole, broken = (NOTHING, NOTHING), (24 * HOUR, NOTHING), (23 * HOUR, HOUR)
    told = [empty, empty, whole, whole, broken, broken, whole]
    days = [DayFigure(DAY + timedelta(place), *one) for place, one in enumerate(told)]
    assert [(run.first.day, run.last.day, run.down, run.share) for run in runs_of(days)] == [
        (21, 21, NOTHING, "100 %"),
        (20, 20, HOUR, "95.83 %"),
        (19, 19, HOUR, "95.83 %"),
        (17, 18, NOTHING, "100 %"),
        (15, 16, NOTHING, ""),
    ]
    assert runs_of([]) == []


@given(st.lists(st.tuples(spans, spans), max_size=90))
def test_the_table_beside_the_bars_has_every_day_once(
    pairs: list[tuple[timedelta, ...]],
) -> None:
    days = [DayFigure(DAY + timedelta(n), up, down) for n, (up, down) in enumerate(pairs)]
    assert [one for run in reversed(runs_of(days)) for one in run.days] == days


def test_a_line_breaks_where_nothing_answered() -> None:
    spark = draw_spark([1000, 2000, None, 4000], "the last hour")
    assert spark is not None
    assert spark.line == "M0 18.5L1 13.1M3 2.2L3.5 2.2"
    assert spark.label == "Answer times of the last hour: from 1.0 ms to 4.0 ms"
    assert spark.width == 3
    assert draw_spark([None, None], "the last hour") is None
    assert draw_spark([], "the last hour") is None


@given(st.lists(st.none() | st.integers(0, 10**8), min_size=1, max_size=50))
def test_a_line_stays_in_its_box(took: list[int | None]) -> None:
    spark = draw_spark(took, "x")
    if spark is None:
        return
    points = spark.line.replace("M", " ").replace("L", " ").split()
    heights = [float(y) for y in points[1::2]]
    assert all(0 <= height <= 24 for height in heights)


@pytest.mark.parametrize(
    ("us", "words"),
    [(None, ""), (412, "0.4 ms"), (38_400, "38 ms"), (999_999, "1000 ms"), (1_240_000, "1.2 s")],
)
def test_a_time_is_spelt_as_people_read_it(us: int | None, words: str) -> None:
    assert spell_took(us) == words


def test_days_end_with_the_last_one() -> None:
    assert days_until(DAY, 3) == [date(2026, 6, 13), date(2026, 6, 14), DAY]
