"""The deadline sweep at a million open tickets: `python -m bench.sweep`."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground


def swept(place: Ground, database: str, *options: str) -> dict[str, Any]:
    """Return what `inside.sweep` measured."""
    provider = str(place.people["providers"][0]["provider"])
    results: dict[str, Any] = place.inside("sweep", database, provider, *options)
    return results


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_open", "portal_few") as place:
        few = swept(place, "portal_few", "--quick")
        many = swept(place, "portal_open")
    thousand = median(one["seconds"] for one in many["thousand"])
    thousand_of_few = median(one["seconds"] for one in few["thousand"])
    alone, breaches = many["breaches by 1"], many["breaches by 2"]
    warned_alone, warnings = many["warnings by 1"], many["warnings by 2"]
    sweeps = (*many["thousand"], alone, breaches, warned_alone, warnings)
    longest = max(seconds for one in sweeps for seconds in one["transactions"])
    report(
        "Deadline sweep, 1,000,000 open tickets",
        [
            Figure("nothing due", many["empty"] * 1000, 2, "ms"),
            Figure("1,000 deadlines passed", thousand, 0.5, "s"),
            Figure(
                "1,000 due, 1,000,000 open against 10,000", thousand / thousand_of_few, unit="×"
            ),
            Figure("100,000 deadlines passed in one instant", breaches["seconds"], 10, "s"),
            Figure("… with one of the worker's two processes", alone["seconds"], unit="s"),
            Figure("… rungs recorded", breaches["rungs"]),
            Figure("… misses sealed: fact and verdict", breaches["misses"]),
            Figure("… notices queued", breaches["notices"]),
            Figure("… median transaction", median(breaches["transactions"]) * 1000, unit="ms"),
            Figure("100,000 warnings in one instant", warnings["seconds"], 10, "s"),
            Figure("… with one of the worker's two processes", warned_alone["seconds"], unit="s"),
            Figure("… notices queued", warnings["notices"]),
            Figure("longest transaction of all", longest * 1000, 200, "ms"),
        ],
    )


if __name__ == "__main__":
    main()
