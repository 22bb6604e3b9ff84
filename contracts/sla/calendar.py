"""Service calendars: which time counts, and the arithmetic of deadlines."""

import datetime as dt
import hashlib
import json
import zoneinfo
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from contracts.sla.errors import CalendarError, CalendarNeverCloses, CalendarNeverOpens
from contracts.sla.openings import LATEST, Openings, Table
from contracts.sla.pauses import Pause, amount_microseconds, merged_pauses, microseconds
from contracts.sla.spec import CalendarSpec, Window
from contracts.sla.zonetime import EPOCH

__all__ = ["CalendarError", "CalendarNeverCloses", "CalendarNeverOpens", "ServiceCalendar"]


class ServiceCalendar:
    """A zone, weekly windows, holidays and special hours; immutable, so keep one per version.

    All instants are aware datetimes and every answer is in UTC. Amounts are real elapsed time: on
    the day the clocks change, a window across the change is really shorter or longer. Open time is
    computed by year when first needed and kept, so an answer costs a binary search whatever the
    span.
    """

    __slots__ = ("_fingerprint", "_openings", "spec")

    def __init__(self, spec: CalendarSpec) -> None:
        """Use `ServiceCalendar.from_dict`. Raises CalendarNeverOpens when nothing is ever open."""
        self.spec = spec
        self._openings = Openings(spec)
        self._fingerprint = ""
        if not self._openings.ever_opens():
            raise CalendarNeverOpens(
                "has no open hours at all.",
                field="weekly",
                remedy='Give at least one window, such as {"mon": [["08:00", "17:00"]]}.',
            )

    @classmethod
    def from_dict(cls, spec: Mapping[str, object]) -> "ServiceCalendar":
        """Read the neutral form. Raises CalendarError, which names the field and what is wrong."""
        return cls(CalendarSpec.from_dict(spec))

    def to_dict(self) -> dict[str, object]:
        """Return the neutral form in its canonical order."""
        return self.spec.to_dict()

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON: equal for calendars with equal hours."""
        if not self._fingerprint:
            text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
            self._fingerprint = hashlib.sha256(text.encode()).hexdigest()
        return self._fingerprint

    @property
    def tz(self) -> str:
        """The name of the zone."""
        return self.spec.tz

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which the windows are wall-clock times."""
        return self.spec.zone

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServiceCalendar) and self.fingerprint() == other.fingerprint()

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __reduce__(self) -> tuple[object, ...]:
        # Copies and other processes get the hours, not the lock and the computed years.
        return ServiceCalendar.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        return f"<ServiceCalendar {self.tz} {self.fingerprint()[:12]}>"

    def add(
        self, start: dt.datetime, amount: dt.timedelta, pauses: Iterable[Pause] = ()
    ) -> dt.datetime:
        """Return the earliest UTC instant with `amount` of open, unpaused time since `start`.

        An amount used up exactly at closing time stays on that day. A zero amount from a closed
        instant is the next opening. A negative amount walks backwards to the latest instant with
        that much open time before `start`. Raises CalendarNeverOpens when nothing is open within
        ten years.
        """
        begins = microseconds(start, "start")
        wanted = amount_microseconds(amount)
        spans = merged_pauses(pauses) if pauses else ()
        return EPOCH + dt.timedelta(0, 0, self._add(begins, wanted, spans))

    def between(
        self, start: dt.datetime, end: dt.datetime, pauses: Iterable[Pause] = ()
    ) -> dt.timedelta:
        """Return the open, unpaused time in [start, end); negative when `end` is before `start`."""
        begins = microseconds(start, "start")
        ends = microseconds(end, "end")
        spans = merged_pauses(pauses) if pauses else ()
        if ends < begins:
            return -dt.timedelta(0, 0, self._between(ends, begins, spans))
        return dt.timedelta(0, 0, self._between(begins, ends, spans))

    def is_open(self, instant: dt.datetime) -> bool:
        """Return whether the instant is inside a window: opening inclusive, closing exclusive."""
        at = microseconds(instant, "instant")
        table = self._openings.covering(at, at)
        index = bisect_right(table.starts, at) - 1
        return index >= 0 and at < table.ends[index]

    def next_opening(self, instant: dt.datetime) -> dt.datetime:
        """Return the instant itself when open, else the next opening."""
        return _instant(self._openings.next_opening(microseconds(instant, "instant")))

    def next_closing(self, instant: dt.datetime) -> dt.datetime:
        """Return when the open window ends, or the next one when closed.

        Raises CalendarNeverCloses when it is open for ten years without a break.
        """
        return _instant(self._openings.next_closing(microseconds(instant, "instant")))

    def windows(
        self, start: dt.datetime, end: dt.datetime
    ) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Iterate over the open windows in [start, end) as (from, to), clipped to the range."""
        begins, ends = microseconds(start, "start"), microseconds(end, "end")
        if ends <= begins:
            return iter(())
        table = self._openings.covering(begins, ends)
        return _clipped(table, begins, ends)

    def add_many(self, starts: Iterable[dt.datetime], amount: dt.timedelta) -> list[dt.datetime]:
        """Return `add(start, amount)` for each start, in the same order."""
        wanted = amount_microseconds(amount)
        instants = (microseconds(start, f"starts[{i}]") for i, start in enumerate(starts))
        return [_instant(self._add(begins, wanted, ())) for begins in instants]

    def between_many(self, pairs: Iterable[tuple[dt.datetime, dt.datetime]]) -> list[dt.timedelta]:
        """Return `between(start, end)` for each pair, in the same order."""
        return [self.between(start, end) for start, end in pairs]

    def _add(self, start: int, amount: int, pauses: tuple[Window, ...]) -> int:
        if amount > 0:
            return self._ahead(start, amount, pauses)
        if amount < 0:
            return self._back(start, -amount, pauses)
        opening = self._openings.next_opening(start)
        for begins, ends in pauses:
            if begins <= opening < ends:
                opening = self._openings.next_opening(ends)
        return opening

    def _ahead(self, start: int, amount: int, pauses: tuple[Window, ...]) -> int:
        openings = self._openings
        table = openings.covering(start, start)
        target = table.position(start) + amount
        for begins, ends in pauses:
            if ends <= start:
                continue
            begins, ends = max(begins, start), min(ends, LATEST - 1)
            table = openings.covering(start, begins)
            paused_from = table.position(begins)
            if paused_from >= target:
                break
            table = openings.covering(start, ends)
            target += table.position(ends) - paused_from
        return openings.forward(start, target, table)

    def _back(self, start: int, amount: int, pauses: tuple[Window, ...]) -> int:
        openings = self._openings
        table = openings.covering(start, start)
        target = table.position(start) - amount
        for begins, ends in reversed(pauses):
            if begins >= start:
                continue
            ends = min(ends, start)
            table = openings.covering(ends, start)
            paused_to = table.position(ends)
            if paused_to <= target:
                break
            table = openings.covering(begins, start)
            target -= paused_to - table.position(begins)
        return openings.backward(start, target, table)

    def _between(self, start: int, end: int, pauses: tuple[Window, ...]) -> int:
        table = self._openings.covering(start, end)
        open_time = table.position(end) - table.position(start)
        for begins, ends in pauses:
            if begins < end and ends > start:
                paused_to = table.position(min(ends, end))
                open_time -= paused_to - table.position(max(begins, start))
        return open_time


def _instant(microseconds_since_1970: int) -> dt.datetime:
    return EPOCH + dt.timedelta(0, 0, microseconds_since_1970)


def _clipped(table: Table, start: int, end: int) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    index = bisect_right(table.ends, start)
    while index < len(table.starts) and table.starts[index] < end:
        yield _instant(max(table.starts[index], start)), _instant(min(table.ends[index], end))
        index += 1
