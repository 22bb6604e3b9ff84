"""What a technician of the demo writes on site, as a phone sends it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.demo.pictures import picture
from upkeep.actions.add_inspection_photo import Picture, add_inspection_photo
from upkeep.actions.take_entries import take_entries
from upkeep.inspecting.entries import read_entries
from upkeep.inspections.answers import Asked
from upkeep.inspections.syncing import Outcome
from upkeep.models import Inspection, InspectionItem

READINGS: Final = {
    "Temperature": 24.5,
    "Mains voltage": 121.0,
    "Battery run time": 11.0,
    "System battery": 53.8,
}
FOUND: Final = {
    "Air and dust": ("watch", "The filters are grey. Cleaned; new ones come with the next visit."),
    "Battery run time": ("noted", "The batteries are from 2021. Better to change them this year."),
    "Handsets and cords": ("watch", "The cord at the reception is worn; a new one was put on."),
    "Wishes of the customer": ("noted", "A second cordless phone for the quay, please quote it."),
}
USUAL: Final = {Asked.CONDITION: "good", Asked.YES_NO: "yes"}
SUMMARY: Final = (
    "The system is well. Its battery backup would last 11 minutes in a power cut: we suggest new"
    " batteries this year."
)
CUSTOMER_NAME: Final = "Sam Ortiz"
STROKES: Final = (
    [60, 120, 80, 60, 110, 52, 96, 96, 70, 128, 118, 140, 150, 96, 160, 132],
    [172, 128, 190, 92, 208, 130, 226, 94, 246, 130, 300, 112],
    [330, 60, 316, 132, 372, 132, 398, 74, 342, 66],
    [410, 128, 424, 100, 452, 104, 480, 62, 466, 130, 540, 104],
)


def fill_in(inspection: Inspection, arrived: datetime, left: datetime, actor: Viewer) -> None:
    """Answer every line, note what differs from the list, and sign."""
    items = list(inspection.items.order_by("position"))
    cabinet = next(item for item in items if item.wants_photo)
    drawn = picture(seed=inspection.pk)
    file = IncomingFile("cabinet.png", len(drawn), lambda: BytesIO(drawn))
    taken = Picture(uuid4(), file, left, cabinet.pk)
    add_inspection_photo(inspection=inspection, picture=taken, actor=actor)
    entries = [
        *(_entry(left, "answer", **_answer(item)) for item in items),
        *(
            _entry(left, "serial", line=pk, version=0, seen="same")
            for pk in inspection.devices.order_by("pk").values_list("pk", flat=True)
        ),
        _entry(left, "extra", name="Fax gateway", product="Patton SmartNode 4112", room="Office"),
        _entry(
            left,
            "finish",
            arrived=arrived.isoformat(),
            left=left.isoformat(),
            summary=SUMMARY,
            customer_name=CUSTOMER_NAME,
            strokes=list(STROKES),
        ),
    ]
    sent = read_entries({"entries": entries})
    for answer in take_entries(inspection=inspection, entries=sent, actor=actor):
        if answer.outcome is not Outcome.TAKEN:
            raise AssertionError(answer.words)


def _answer(item: InspectionItem) -> dict[str, Any]:
    usual = USUAL.get(Asked(item.asked), "noted")
    result, note = FOUND.get(item.title, (usual, ""))
    body: dict[str, Any] = {"line": item.pk, "version": 0, "result": result, "note": note}
    if item.asked == Asked.READING:
        body["reading"] = READINGS[item.title]
    return body


def _entry(at: datetime, kind: str, **body: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "kind": kind, "at": at.isoformat(), **body}
