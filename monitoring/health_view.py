"""A health report as people read it: systems, findings first. For pages, the PDF and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from calcom_portal.common.timewords import spell_instant
from contracts.day_words import spell_day
from monitoring.health.judging import Judged, Trend
from monitoring.health.measures import Measure, measures_of
from monitoring.health.status import SEVERITY, Status, worst
from monitoring.health_writing import judged_of
from monitoring.models import HealthCheck, HealthItem, HealthReport, HealthState

FINDINGS = (Status.CRIT, Status.WARN)
TREND_WORDS = {
    Trend.FIRST: "first time",
    Trend.BETTER: "better",
    Trend.SAME: "",
    Trend.WORSE: "worse",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a system's report with its evidence read."""

    item: HealthItem
    status: Status
    judged: Sequence[Judged]
    by_hand: Sequence[Measure]

    @classmethod
    def of(cls, item: HealthItem) -> Line:
        """Read a row."""
        by_hand = [measure for measure in measures_of(item.code) if measure.by_hand]
        return cls(item, Status(item.status), judged_of(item), by_hand)

    @property
    def is_finding(self) -> bool:
        """Is there something to do about it?"""
        return self.status in FINDINGS

    @property
    def trend(self) -> str:
        """Return what became of it since last month, in a word; small differences are none."""
        return TREND_WORDS[self.judged[0].trend] if self.judged else ""

    @property
    def before(self) -> str:
        """Return last month's value; empty when there was none."""
        return self.item.former


@dataclass(frozen=True, slots=True)
class System:
    """One system of a report."""

    check: HealthCheck
    lines: Sequence[Line]

    @property
    def is_ready(self) -> bool:
        """Was it looked at?"""
        return self.check.state in (HealthState.COLLECTED.value, HealthState.SIGNED.value)

    @property
    def is_running(self) -> bool:
        """Is it still to be looked at?"""
        return self.check.state in (HealthState.OWED.value, HealthState.COLLECTING.value)

    @property
    def status(self) -> Status:
        """Return how it is."""
        return Status(self.check.overall) if self.check.overall else Status.NOT_MEASURABLE

    @property
    def findings(self) -> list[Line]:
        """Return what needs somebody, the worst first."""
        found = [line for line in self.lines if line.is_finding]
        return sorted(found, key=lambda line: -SEVERITY[line.status])

    @property
    def measured(self) -> list[Line]:
        """Return what could be measured, in the order of the report."""
        return [line for line in self.lines if line.status is not Status.NOT_MEASURABLE]

    @property
    def quiet(self) -> list[Line]:
        """Return what was measured and needs nobody."""
        return [line for line in self.measured if not line.is_finding]

    @property
    def missing(self) -> list[Line]:
        """Return what could not."""
        return [line for line in self.lines if line.status is Status.NOT_MEASURABLE]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with its systems, the worst first."""

    report: HealthReport
    systems: Sequence[System]

    @property
    def status(self) -> Status:
        """Return how the site is: as its worst system."""
        return worst(system.status for system in self.systems)

    @property
    def findings(self) -> int:
        """Return how many lines need somebody."""
        return sum(len(system.findings) for system in self.systems)

    @property
    def is_running(self) -> bool:
        """Is a system still to be looked at?"""
        return any(system.is_running for system in self.systems)

    @property
    def can_be_signed(self) -> bool:
        """Does it only wait for a name?"""
        ready = [system for system in self.systems if system.is_ready]
        return bool(ready) and not self.is_running and self.report.signed_at is None

    @property
    def sentence(self) -> str:
        """Return the report in a sentence or two."""
        ready = sum(system.is_ready for system in self.systems)
        systems = "1 system was" if ready == 1 else f"{ready} systems were"
        if not self.findings:
            return f"{systems} looked at. Nothing was found that needs work."
        things = "1 thing needs" if self.findings == 1 else f"{self.findings} things need"
        return f"{systems} looked at. {things} attention; the worst comes first."

    @property
    def span(self) -> str:
        """Return the days that the figures tell of: "1 Oct 2026 to 1 Nov 2026"."""
        zone = ZoneInfo(self.report.site.zone)
        begins = [one.check.measured_from for one in self.systems if one.check.measured_from]
        ends = [one.check.collected_at for one in self.systems if one.check.collected_at]
        if not begins or not ends:
            return ""
        first, last = min(begins).astimezone(zone).date(), max(ends).astimezone(zone).date()
        return spell_day(first) if first == last else f"{spell_day(first)} to {spell_day(last)}"


def view_of(report: HealthReport) -> ReportView:
    """Read a report with its site. Three queries, however many systems there are."""
    items = HealthItem.objects.select_related("ticket").order_by("number", "code")
    checks = report.checks.exclude(state=HealthState.DROPPED.value)
    rows = checks.select_related("device").prefetch_related(Prefetch("items", queryset=items))
    systems = [
        System(check, [Line.of(item) for item in check.items.all()])
        for check in rows.order_by("pk")
    ]
    systems.sort(key=lambda one: (-SEVERITY[one.status], one.check.device.name, one.check.pk))
    return ReportView(report, systems)


def spell_evidence(one: Judged, zone: ZoneInfo) -> str:
    """Return where a number comes from, and when."""
    reading = one.reading
    if reading.at is None:
        return reading.source
    at = spell_instant(reading.at, now=reading.at, zone=zone)
    day = spell_day(reading.at.astimezone(zone).date())
    return f"{reading.source}, {day} {at.removeprefix('today ')}"


def evidence_of(lines: Iterable[Line], zone: ZoneInfo) -> list[list[str]]:
    """Return rows of a table: item, what, value, before, where from."""
    return [
        [line.item.title, _what(one), one.value_text, one.last_text, spell_evidence(one, zone)]
        for line in lines
        for one in line.judged
    ]


def _what(one: Judged) -> str:
    of = f" ({one.reading.subject})" if one.reading.subject else ""
    return f"{one.measure.label}{of}"
