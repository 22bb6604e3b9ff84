"""Wall-clock time in a zone to real time, in whole microseconds since 1970 UTC."""

import datetime as dt
import zoneinfo

from contracts.sla.spec import DAY

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
SECOND = 1_000_000


def utc_offset(zone: zoneinfo.ZoneInfo, instant: int) -> int:
    """Return the zone's offset from UTC at a real instant, in microseconds."""
    offset = (EPOCH + dt.timedelta(microseconds=instant)).astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo with a date always knows its offset
    return (offset.days * 86_400 + offset.seconds) * SECOND


def instant_of_wall(zone: zoneinfo.ZoneInfo, wall: int) -> int:
    """Return the real instant of a wall-clock time, both in microseconds since 1970.

    A wall time that occurs twice means the first. One that does not exist means the instant of the change.
    """
    naive = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=wall)
    earlier, later = _offset_at_wall(zone, naive, fold=0), _offset_at_wall(zone, naive, fold=1)
    instant = wall - earlier
    if utc_offset(zone, instant) == earlier:
        return instant
    return _instant_of_change(zone, wall - later, wall - earlier)


def _offset_at_wall(zone: zoneinfo.ZoneInfo, naive: dt.datetime, fold: int) -> int:
    offset = naive.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None  # as above
    return (offset.days * 86_400 + offset.seconds) * SECOND


def _instant_of_change(zone: zoneinfo.ZoneInfo, before: int, after: int) -> int:
    # Zones change on whole seconds, so halving in seconds finds the first instant with the new offset.
    low, high = before // SECOND, after // SECOND
    old = utc_offset(zone, low * SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if utc_offset(zone, middle * SECOND) == old:
            low = middle
        else:
            high = middle
    return high * SECOND


class WallClock:
    """Fast conversion for the dates of one range: plain subtraction unless the clocks change nearby."""

    __slots__ = ("_first", "_offsets", "_zone")

    def __init__(self, zone: zoneinfo.ZoneInfo, first: int, last: int) -> None:
        """Prepare for the dates with ordinals `first` to `last`, both inclusive."""
        self._zone = zone
        self._first = first
        days = range(first - 1 - EPOCH_ORDINAL, last + 5 - EPOCH_ORDINAL)
        self._offsets = [utc_offset(zone, day * DAY) for day in days]

    def offset_around(self, ordinal: int) -> int | None:
        """Return the one offset that rules all of a date's windows; None when it changes nearby."""
        # Windows of a date reach two days ahead, and local midnight is up to 16 hours from UTC midnight.
        index = ordinal - self._first
        offsets = self._offsets[index : index + 5]
        return offsets[0] if offsets.count(offsets[0]) == 5 else None
