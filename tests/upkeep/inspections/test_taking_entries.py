"""Entries of a phone: each is kept with what became of it, and counts once."""

from __future__ import annotations

from typing import Any

import pytest

from calcom_portal.common.errors import NotAllowed
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.trail import trail
from tests.upkeep.inspections.helpers import answer, answers, at, begun, closing, entry
from upkeep.actions.take_entries import Taken, take_entries
from upkeep.inspecting.entries import Entry, read_entries
from upkeep.inspections.syncing import Outcome
from upkeep.models import InspectedDevice, Inspection, InspectionEntry

pytestmark = pytest.mark.django_db

NOW = "2026-06-30T11:00:00-07:00"
TAKEN, REFUSED = Outcome.TAKEN, Outcome.REFUSED


@pytest.fixture
def inspection(cast: Cast, database_time: DatabaseTime) -> Inspection:
    """Give one that Dana has begun on a Tuesday."""
    database_time.set(NOW)
    return begun(cast)


def read(*raw: dict[str, Any]) -> list[Entry]:
    return read_entries({"entries": list(raw)})


def test_an_answer_stands_in_its_line_and_the_entry_is_kept_as_it_came(
    cast: Cast, inspection: Inspection
) -> None:
    with acting(cast.dana):
        item = inspection.items.get(title="Temperature")
        [one] = read(answer(item, reading=31) | {"at": "2026-06-30T10:20:00-07:00"})
        found = take_entries(inspection=inspection, entries=[one], actor=cast.dana)
        item.refresh_from_db()
        kept = InspectionEntry.objects.get()
    assert found == [Taken(one.client_id, TAKEN)]
    assert (item.result, item.reading, item.version) == ("watch", 31.0, 1)
    assert (item.answered_name, item.answered_by_id) == ("Dana Okafor", cast.dana.membership_id)
    assert item.answered_at == at("2026-06-30T10:20:00-07:00")
    assert (kept.kind, kept.outcome, kept.words, kept.by_name) == (
        "answer",
        "taken",
        "",
        "Dana Okafor",
    )
    assert kept.body == {"line": item.pk, "version": 0, "result": "noted", "reading": 31}
    assert (kept.written_at, kept.received_at) == (at("2026-06-30T10:20:00-07:00"), at(NOW))


def test_what_came_before_gets_its_first_answer_and_only_the_new_is_written_down(
    cast: Cast, inspection: Inspection
) -> None:
    with acting(cast.dana):
        bad = entry("answer", line=999_999, version=0, result="good")
        extra = entry("extra", name="Fax", serial="F-1")
        first = take_entries(inspection=inspection, entries=read(bad), actor=cast.dana)
        for _ in range(2):
            both = take_entries(inspection=inspection, entries=read(bad, extra), actor=cast.dana)
        fax = InspectedDevice.objects.get(seen="extra")
    assert [one.outcome for one in both] == [REFUSED, TAKEN]
    assert both[:1] == first
    assert first[0].words == "There is no such line. Open the page again."
    assert (fax.name, fax.serial, fax.decision, fax.answered_name) == (
        "Fax",
        "F-1",
        "open",
        "Dana Okafor",
    )
    assert trail(cast, "inspection.entries_taken") == [
        ("Dana Okafor", {"count": 1}),
        ("Dana Okafor", {"count": 1}),
    ]


def test_nothing_is_signed_when_something_before_it_was_not_taken(
    cast: Cast, inspection: Inspection
) -> None:
    with acting(cast.dana):
        bad = entry("answer", line=999_999, version=0, result="good")
        entries = read(*answers(inspection), bad, closing())
        last = take_entries(inspection=inspection, entries=entries, actor=cast.dana)[-1]
        inspection.refresh_from_db()
        assert last.outcome is REFUSED
        assert last.words == "Something before it was not taken. Settle that, and finish again."
        assert inspection.state == "under_way"
        again = take_entries(inspection=inspection, entries=read(closing()), actor=cast.dana)
        inspection.refresh_from_db()
    assert [one.outcome for one in again] == [TAKEN]
    assert (inspection.state, inspection.signed_name) == ("done", "Dana Okafor")


def test_what_comes_after_the_signature_is_kept_and_changes_nothing(
    cast: Cast, inspection: Inspection
) -> None:
    with acting(cast.dana):
        signed = read(*answers(inspection), closing())
        take_entries(inspection=inspection, entries=signed, actor=cast.dana)
    with acting(cast.marco):
        item = inspection.items.get(title="Cabinet")
        late = read(answer(item, result="bad", note="Rust", version=1))
        [taken] = take_entries(inspection=inspection, entries=late, actor=cast.marco)
        item.refresh_from_db()
        kept = InspectionEntry.objects.get(client_id=taken.client_id)
    assert taken.outcome is REFUSED
    assert taken.words == (
        "The inspection is done by Dana Okafor. What you wrote is kept with it, but does not stand"
        " in the report."
    )
    assert (item.result, item.version) == ("good", 1)
    assert (kept.by_name, kept.body["note"]) == ("Marco Ruiz", "Rust")


def test_a_phone_whose_clock_is_ahead_answers_now(cast: Cast, inspection: Inspection) -> None:
    with acting(cast.dana):
        item = inspection.items.get(title="Cabinet")
        ahead = read(answer(item) | {"at": "2026-07-04T09:00:00-07:00"})
        take_entries(inspection=inspection, entries=ahead, actor=cast.dana)
        item.refresh_from_db()
        assert item.answered_at == at(NOW)
        assert InspectionEntry.objects.get().written_at == at("2026-07-04T09:00:00-07:00")


def test_a_customer_answers_nothing(cast: Cast, inspection: Inspection) -> None:
    with acting(cast.dana):
        entries = read(*answers(inspection))
    with acting(cast.amit), pytest.raises(NotAllowed):
        take_entries(inspection=inspection, entries=entries, actor=cast.amit)
    with acting(cast.dana):
        assert not InspectionEntry.objects.exists()
