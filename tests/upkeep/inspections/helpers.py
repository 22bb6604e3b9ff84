"""Inspections that are owed, agreed and begun, and what a phone sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope
from tests.builders import build_contract, build_price_list
from tests.cast import Cast
from tests.stage import acting
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.take_entries import Taken, take_entries
from upkeep.inspecting.entries import read_entries
from upkeep.inspections.answers import Asked
from upkeep.models import Inspection
from upkeep.sweeps.plan_inspections import plan_inspections

CLAUSES = ("INSPECT", "TROUBLE", "SWAP")
STROKES = [[10, 10, 100, 100, 200, 50, 300, 120], [50, 150, 500, 150]]


def owed(cast: Cast) -> Inspection:
    """Have Bayview's phone system owed an inspection."""
    build_contract(cast.bayview, device=cast.phone_system, clauses=CLAUSES)
    plan_inspections()
    return only(cast)


def begun(cast: Cast) -> Inspection:
    """Have it owed and begun by Dana."""
    build_price_list(cast.calcom)
    inspection = owed(cast)
    with acting(cast.dana):
        return begin_inspection(inspection=inspection, actor=cast.dana)


def only(cast: Cast) -> Inspection:
    """Return CalCom's only inspection."""
    with provider_scope(provider_id=cast.calcom.pk):
        return Inspection.objects.select_related("device", "site", "customer").get()


def answers(inspection: Inspection, *, leave: int = 0) -> list[dict[str, Any]]:
    """Return good answers to every line but the last `leave`."""
    items = list(inspection.items.order_by("position"))
    return [answer(item) for item in items[: len(items) - leave]]


def answer(item: Any, **changes: Any) -> dict[str, Any]:
    """Return an entry that answers a line well."""
    result = {"condition": "good", "yes_no": "yes"}.get(item.asked, "noted")
    body: dict[str, Any] = {"line": item.pk, "version": 0, "result": result}
    if item.asked == Asked.READING:
        body["reading"] = item.low or 1
    if item.asked == Asked.TEXT:
        body["note"] = "A second cordless phone."
    return entry("answer", **(body | changes))


def closing(**changes: Any) -> dict[str, Any]:
    """Return the entry that signs: an hour on site, until a minute ago."""
    left = database_now() - timedelta(minutes=1)
    body = {
        "arrived": (left - timedelta(hours=1)).isoformat(),
        "left": left.isoformat(),
        "summary": "All is well.",
        "customer_name": "Amit Bhatt",
        "strokes": STROKES,
    }
    return entry("finish", **(body | changes))


def entry(kind: str, **body: Any) -> dict[str, Any]:
    """Return an entry as a phone sends it."""
    return {"client_id": str(uuid4()), "kind": kind, "at": now(), **body}


def now() -> str:
    """Return the instant as a phone writes it."""
    return database_now().isoformat()


def sent(inspection: Inspection, actor: Viewer, entries: list[dict[str, Any]]) -> list[Taken]:
    """Have a phone send entries."""
    return take_entries(
        inspection=inspection, entries=read_entries({"entries": entries}), actor=actor
    )


def at(text: str) -> datetime:
    """Return an instant."""
    return datetime.fromisoformat(text)
