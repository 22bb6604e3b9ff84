"""How fast it is decided who pays: `python -m bench.cover` prints figures of this one run.

The reference is the least that could be done: a look-up of the same cell in a ready-made table.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from timeit import repeat

from bench.figures import Figure, report
from contracts.catalogue import TIERS
from contracts.coverage import Agreed, Case, Work, decide
from contracts.rates import Rates
from contracts.warranty import Warranty, WarrantyState

RATES = Rates("USD", Decimal("95.00"), Decimal("142.50"), Decimal("45.00"))
LIMIT_MICROSECONDS = 50


def cases() -> list[Case]:
    """Return every cell of the agreement."""
    tiers = [None, *(Agreed(tier.name, frozenset(tier.included)) for tier in TIERS)]
    warranties = [Warranty(state, date(2026, 1, 1), date(2027, 3, 31)) for state in WarrantyState]
    return [
        Case(work, agreed, warranty, in_hours=in_hours)
        for agreed, work, warranty, in_hours in product(tiers, Work, warranties, (True, False))
    ]


def main() -> None:
    """Print the figures; end with status 1 when the target is missed."""
    every = cases()
    ready = {
        (case.work, case.agreed, case.warranty, case.in_hours): decide(case, RATES)
        for case in every
    }

    def decided() -> None:
        for case in every:
            decide(case, RATES)

    def looked_up() -> None:
        for case in every:
            ready[case.work, case.agreed, case.warranty, case.in_hours]

    asked, bare = (
        min(repeat(call, number=20, repeat=9)) / 20 / len(every) * 1e6
        for call in (decided, looked_up)
    )
    report(
        f"Who pays, {len(every)} cells",
        [
            Figure("a decision", asked, LIMIT_MICROSECONDS, "µs"),
            Figure("a look-up of the same in a ready-made table", bare, unit="µs"),
            Figure("a decision against the look-up", asked / bare, unit="×"),
        ],
    )


if __name__ == "__main__":
    main()
