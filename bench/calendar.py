"""How fast a deadline is decided: `python -m bench.calendar` prints ratios of this one run.

The reference is a bare bisect on the calendar's own arrays: the same two searches and one addition,
without checks of the input, pauses or growing. It is timed twice: with datetimes in and out, as the
calendar is called, and with whole microseconds only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial
from timeit import repeat

from contracts.sla import ServiceCalendar
from contracts.sla.openings import Openings, Table

SPEC = {
    "tz": "America/Los_Angeles",
    "weekly": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-01-01", "2026-07-03", "2026-11-26", "2026-12-25"],
}
START = dt.datetime(2026, 6, 15, 17, tzinfo=dt.UTC)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
SPANS = (8, 2_000)
LIMITS = {"span": 3.0, "bisect": 5.0}


def best(call: Callable[[], object], number: int = 10_000) -> float:
    """Return the best of nine rounds in microseconds a call."""
    return min(repeat(call, number=number, repeat=9)) / number * 1e6


def bare_add(table: Table, start: dt.datetime, amount: dt.timedelta) -> dt.datetime:
    """Decide a deadline with nothing but the two searches."""
    return EPOCH + bare_target(table, (start - EPOCH) // MICROSECOND, amount // MICROSECOND) * (
        MICROSECOND
    )


def bare_target(table: Table, start: int, amount: int) -> int:
    """The same on whole microseconds."""
    opened = bisect_right(table.starts, start) - 1
    target = start - table.shift[opened] + amount
    return target + table.shift[bisect_left(table.total, target)]


def bare_between(table: Table, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Count open time with nothing but the two searches."""
    first, last = (start - EPOCH) // MICROSECOND, (end - EPOCH) // MICROSECOND
    return bare_position(table, last, first) * MICROSECOND


def bare_position(table: Table, end: int, start: int) -> int:
    """The same on whole microseconds, for instants in open time."""
    return (end - table.shift[bisect_right(table.starts, end) - 1]) - (
        start - table.shift[bisect_right(table.starts, start) - 1]
    )


def measure() -> dict[str, float]:
    """Return microseconds a call, by name."""
    calendar = ServiceCalendar.from_dict(SPEC)
    figures: dict[str, float] = {}
    begins = (START - EPOCH) // MICROSECOND
    for count in SPANS:
        amount = dt.timedelta(hours=count)
        end = calendar.add(START, amount)
        table = calendar._openings.covering(begins, (end - EPOCH) // MICROSECOND)
        if bare_add(table, START, amount) != end or bare_between(table, START, end) != amount:
            raise SystemExit("The bare bisect and the calendar disagree: nothing was measured.")
        whole, ends = amount // MICROSECOND, (end - EPOCH) // MICROSECOND
        calls: dict[str, Callable[[], object]] = {
            "add": partial(calendar.add, START, amount),
            "bare add": partial(bare_add, table, START, amount),
            "whole add": partial(calendar._add, begins, whole, ()),
            "bare whole add": partial(bare_target, table, begins, whole),
            "between": partial(calendar.between, START, end),
            "bare between": partial(bare_between, table, START, end),
            "whole between": partial(calendar._between, begins, ends, ()),
            "bare whole between": partial(bare_position, table, ends, begins),
        }
        figures |= {f"{name} {count} h": best(call) for name, call in calls.items()}
    figures["compile ten years"] = best(lambda: Openings(calendar.spec)._grown(2020, 2029), 1)
    return figures


def ratios(figures: dict[str, float]) -> list[tuple[str, float, float]]:
    """Return (what, ratio, limit) for everything that is promised."""
    rows = []
    for question in ("add", "between"):
        short, long = (figures[f"{question} {count} h"] for count in SPANS)
        rows.append((f"{question}: 2,000 h against 8 h", long / short, LIMITS["span"]))
        for count in SPANS:
            for form, what in (("", "with datetimes"), ("whole ", "on whole microseconds")):
                asked = figures[f"{form}{question} {count} h"]
                bare = figures[f"bare {form}{question} {count} h"]
                name = f"{question} {count:,} h against a bare bisect, {what}"
                rows.append((name, asked / bare, LIMITS["bisect"]))
    return rows


def main() -> None:
    """Print the figures; end with status 1 when a ratio is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    wants_json = parser.parse_args().json
    figures = measure()
    rows = ratios(figures)
    if wants_json:
        print(json.dumps({"microseconds": figures, "ratios": {what: r for what, r, _ in rows}}))
    else:
        for what, ratio, limit in rows:
            print(f"{what:<62} {ratio:5.2f} ×   (limit {limit:.0f} ×)")
        for what in ("add 8 h", "add 2000 h", "between 8 h", "between 2000 h"):
            print(f"{what:<62} {figures[what]:5.2f} µs a call")
        print(f"{'compile ten years':<62} {figures['compile ten years'] / 1000:5.2f} ms")
    if any(ratio > limit for _, ratio, limit in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
