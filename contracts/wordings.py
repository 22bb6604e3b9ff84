"""Blanks in the wording of a clause, filled in from the rules that the clock itself uses.

So a contract that agrees other times or hours than its tier says so in its clauses too, and paper
and clock cannot differ.
"""

from __future__ import annotations

import re
from typing import Final

from calcom_portal.common.errors import BadInput
from contracts.sla import Metric, Priority, Promise

BUSINESS_HOURS: Final = "business_hours"
TIMES: Final = {
    "emergency_response": (Priority.EMERGENCY, Metric.RESPOND),
    "minor_response": (Priority.MINOR, Metric.RESPOND),
    "emergency_solution": (Priority.EMERGENCY, Metric.RESOLVE),
    "minor_solution": (Priority.MINOR, Metric.RESOLVE),
}
BLANKS: Final = (*TIMES, BUSINESS_HOURS)
NOT_PROMISED: Final = "a time that is not promised"

_BLANK = re.compile(r"\{([^{}\n]{0,60})\}")


def fill_in(wording: str, promise: Promise, hours_words: str) -> str:
    """Return a wording with its blanks filled in; a time that nobody promised is named as such."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name == BUSINESS_HOURS:
            return hours_words
        if name not in TIMES:
            return found[0]
        target = promise.target(*TIMES[name])
        return target.words() if target else NOT_PROMISED

    return _BLANK.sub(value, wording)


def refuse_unknown_blanks(wording: str, field: str = "wording") -> None:
    """Raise BadInput for braces around anything but the name of a blank."""
    for name in _BLANK.findall(wording):
        if name not in BLANKS:
            raise BadInput(
                f"“{{{name}}}” is not a blank that we can fill in.",
                field=field,
                remedy=f"Use one of {', '.join(f'{{{blank}}}' for blank in BLANKS)}.",
            )
