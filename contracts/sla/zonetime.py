"""Wall-clock time in a zone to real time, in whole microseconds since 1970 UTC."""

import datetime as dt
import zoneinfo

from contracts.sla.spec import DAY, Window

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
SECOND = 1_000_000


def utc_offset(zone: zoneinfo.ZoneInfo, instant: int) -> int:
    """Return the zone's offset from UTC at a real instant, in microseconds."""
    return _microseconds((EPOCH + dt.timedelta(microseconds=instant)).astimezone(zone).utcoffset())


def instant_of_wall(zone: zoneinfo.ZoneInfo, wall: int) -> int:
    """Return the real instant of a wall-clock time, both in microseconds since 1970.

    A wall time that occurs twice means the first. One that does not exist means the instant of
    the change.
    """
    naive = EPOCH.replace(tzinfo=None) + dt.timedelta(microseconds=wall)
    earlier, later = _offset_at_wall(zone, naive, fold=0), _offset_at_wall(zone, naive, fold=1)
    instant = wall - earlier
    if utc_offset(zone, instant) == earlier:
        return instant
    return _instant_of_change(zone, wall - later, wall - earlier)


def _offset_at_wall(zone: zoneinfo.ZoneInfo, naive: dt.datetime, fold: int) -> int:
    return _microseconds(naive.replace(tzinfo=zone, fold=fold).utcoffset())


def _microseconds(offset: dt.timedelta | None) -> int:
    # A zone of the database always knows its offset for a full date; None is only in the type.
    whole = offset or dt.timedelta()
    return (whole.days * 86_400 + whole.seconds) * SECOND


def _instant_of_change(zone: zoneinfo.ZoneInfo, before: int, after: int) -> int:
    # Zones change on whole seconds: halving in seconds finds the first instant with the new offset.
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
    """Fast conversion for a range of dates: plain subtraction unless the clocks change nearby."""

    __slots__ = ("_first", "_offsets", "_zone")

    def __init__(self, zone: zoneinfo.ZoneInfo, first: int, last: int) -> None:
        """Prepare for the dates with ordinals `first` to `last`, both inclusive."""
        self._zone = zone
        self._first = first
        days = range(first - 1 - EPOCH_ORDINAL, last + 5 - EPOCH_ORDINAL)
        self._offsets = [utc_offset(zone, day * DAY) for day in days]

    def real_windows(self, ordinal: int, hours: tuple[Window, ...]) -> list[Window]:
        """Return a date's windows in real time; one that the change swallowed is left out."""
        midnight = (ordinal - EPOCH_ORDINAL) * DAY
        offset = self._offset_around(ordinal)
        if offset is not None:
            midnight -= offset
            return [(midnight + opens, midnight + closes) for opens, closes in hours]
        zone = self._zone
        real = [
            (instant_of_wall(zone, midnight + opens), instant_of_wall(zone, midnight + closes))
            for opens, closes in hours
        ]
        return [(opened, closed) for opened, closed in real if opened < closed]

    def _offset_around(self, ordinal: int) -> int | None:
        """Return the one offset that rules all of a date's windows; None when it changes nearby."""
        # A date's windows reach two days ahead; local midnight is up to 16 hours from that of UTC.
        index = ordinal - self._first
        offsets = self._offsets[index : index + 5]
        return offsets[0] if offsets.count(offsets[0]) == 5 else None
