"""What pages and the document show of an inspection: its sections, findings and differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from monitoring.health.status import Status
from upkeep.inspections.answers import Result
from upkeep.inspections.serials import DIFFERENCES, Seen
from upkeep.models import InspectedDevice, Inspection, InspectionItem, InspectionPhoto


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line with its answer and its pictures."""

    item: InspectionItem
    status: Status | None
    found: str
    photos: Sequence[InspectionPhoto]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together."""

    title: str
    rows: Sequence[ItemRow]


@dataclass(frozen=True, slots=True)
class InspectionView:
    """An inspection as it is read."""

    sections: Sequence[Section]
    devices: Sequence[InspectedDevice]
    photos: Sequence[InspectionPhoto]
    sentence: str

    @property
    def differences(self) -> Sequence[InspectedDevice]:
        """Return the products that differ from the list."""
        return [row for row in self.devices if row.seen in DIFFERENCES]

    @property
    def findings(self) -> Sequence[ItemRow]:
        """Return the lines that want something done."""
        rows = [row for section in self.sections for row in section.rows]
        return [row for row in rows if row.status in (Status.WARN, Status.CRIT)]


def view_of(inspection: Inspection, *, for_staff: bool = True) -> InspectionView:
    """Return it; what differs from the list is staff's. Three queries."""
    items = list(inspection.items.order_by("position"))
    photos = list(inspection.photos.order_by("pk"))
    devices = list(inspection.devices.order_by("pk")) if for_staff else []
    sections = [
        Section(title, [_row(item, photos) for item in rows])
        for title, rows in groupby(items, key=lambda item: item.section)
    ]
    loose = [photo for photo in photos if photo.item_id is None]
    return InspectionView(sections, devices, loose, _sentence(items, devices))


def sentence_of(inspection: Inspection) -> str:
    """Return what was found in a sentence or two."""
    return _sentence(list(inspection.items.all()), list(inspection.devices.all()))


def found_of(item: InspectionItem) -> str:
    """Return the reading, or the chosen word."""
    if item.reading is not None:
        return f"{item.reading:g} {item.unit}".strip()
    return item.get_result_display() if item.result else ""


def bounds_of(item: InspectionItem) -> str:
    """Return "10 to 30 °C", "at least 15 min"; empty without bounds."""
    low, high, unit = item.low, item.high, item.unit
    if low is not None and high is not None:
        return f"{low:g} to {high:g} {unit}".strip()
    if low is not None:
        return f"at least {low:g} {unit}".strip()
    return f"at most {high:g} {unit}".strip() if high is not None else ""


def _row(item: InspectionItem, photos: Sequence[InspectionPhoto]) -> ItemRow:
    status = Status(Result(item.result).light) if item.result else None
    own = [photo for photo in photos if photo.item_id == item.pk]
    return ItemRow(item, status, found_of(item), own)


def _sentence(items: Sequence[InspectionItem], devices: Sequence[InspectedDevice]) -> str:
    lights = Counter(Result(item.result).light for item in items if item.result)
    if not lights.total():
        return "No point has been looked at yet."
    points = "1 point was" if lights.total() == 1 else f"{lights.total()} points were"
    parts = [f"{points} looked at: {lights['ok']} good"]
    if lights["warn"]:
        parts.append(f"{lights['warn']} to watch")
    if lights["crit"]:
        parts.append(f"{lights['crit']} to act on")
    if lights["not_measurable"]:
        parts.append(f"{lights['not_measurable']} not possible")
    text = f"{', '.join(parts)}."
    if differing := sum(Seen(row.seen) in DIFFERENCES for row in devices if row.seen):
        products = "1 product differs" if differing == 1 else f"{differing} products differ"
        text += f" {products} from the installed list."
    return text
