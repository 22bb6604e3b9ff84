"""Lines of the checklist: who may add, change and move them, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import nan

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from tests.cast import Cast
from tests.stage import acting
from tests.trail import trail
from upkeep.actions.add_checklist_line import MOST, add_checklist_line
from upkeep.actions.edit_checklist_line import edit_checklist_line
from upkeep.actions.move_checklist_line import move_checklist_line
from upkeep.inspecting.checklists import found_checklist
from upkeep.inspections.answers import Asked
from upkeep.inspections.standard import Line
from upkeep.models import Checklist, ChecklistLine

pytestmark = pytest.mark.django_db

FUSES = Line("Power", "Fuses", "With the lid off.", Asked.READING, "A", 1, 16, is_required=False)


@pytest.fixture
def checklist(cast: Cast) -> Checklist:
    """Give CalCom's checklist, cut down to three lines in two sections."""
    with acting(cast.priya):
        found_checklist(cast.calcom.pk)
        kept = ["Cabinet", "Mains voltage", "Earth"]
        ChecklistLine.objects.exclude(title__in=kept).delete()
        for position, title in enumerate(kept, start=1):
            ChecklistLine.objects.filter(title=title).update(position=position)
        return Checklist.objects.get()


def order(cast: Cast) -> list[tuple[int, str]]:
    with acting(cast.priya):
        rows = ChecklistLine.objects.order_by("position", "pk")
        return list(rows.values_list("position", "title"))


def titled(title: str) -> ChecklistLine:
    return ChecklistLine.objects.select_related("checklist").get(title=title)


def test_a_line_goes_behind_its_section_and_a_new_section_comes_last(
    cast: Cast, checklist: Checklist
) -> None:
    with acting(cast.priya):
        room = replace(FUSES, section="Room and cabinet", title=" Smoke detector ")
        add_checklist_line(checklist=checklist, facts=room, actor=cast.priya)
        add_checklist_line(checklist=checklist, facts=FUSES, actor=cast.priya)
        roof = replace(FUSES, section="Roof", title="Antenna")
        add_checklist_line(checklist=checklist, facts=roof, actor=cast.priya)
        line = titled("Fuses")
    assert order(cast) == [
        (1, "Cabinet"),
        (2, "Smoke detector"),
        (3, "Mains voltage"),
        (4, "Earth"),
        (5, "Fuses"),
        (6, "Antenna"),
    ]
    assert (line.how, line.asked, line.unit) == ("With the lid off.", "reading", "A")
    assert (line.low, line.high, line.is_required, line.wants_photo) == (1, 16, False, False)
    assert trail(cast, "checklist.line_added") == [
        ("Priya Shah", {"line": "Smoke detector"}),
        ("Priya Shah", {"line": "Fuses"}),
        ("Priya Shah", {"line": "Antenna"}),
    ]


def test_bounds_and_unit_are_kept_of_a_reading_only(cast: Cast, checklist: Checklist) -> None:
    with acting(cast.priya):
        facts = replace(FUSES, asked=Asked.YES_NO)
        line = add_checklist_line(checklist=checklist, facts=facts, actor=cast.priya)
        line.refresh_from_db()
    assert (line.asked, line.unit, line.low, line.high) == ("yes_no", "", None, None)


def test_a_full_checklist_takes_no_more(cast: Cast, checklist: Checklist) -> None:
    with acting(cast.priya):
        ChecklistLine.objects.bulk_create(
            ChecklistLine(
                provider=cast.calcom,
                checklist=checklist,
                position=number,
                section="Power",
                title=f"Line {number}",
                asked="condition",
            )
            for number in range(4, MOST)
        )
        add_checklist_line(checklist=checklist, facts=FUSES, actor=cast.priya)
        with pytest.raises(RuleBroken, match=r"^A checklist has up to 100 lines\.$"):
            add_checklist_line(checklist=checklist, facts=FUSES, actor=cast.priya)
        assert ChecklistLine.objects.count() == 100


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FUSES, section=" "), "section"),
        (replace(FUSES, title="x" * 121), "title"),
        (replace(FUSES, unit="kilowatt hours"), "unit"),
        (replace(FUSES, low=nan), "low"),
        (replace(FUSES, low=2, high=1), "high"),
    ],
)
def test_what_no_line_can_ask_is_neither_added_nor_written_over_another(
    cast: Cast, checklist: Checklist, facts: Line, field: str
) -> None:
    with acting(cast.priya):
        before = list(ChecklistLine.objects.order_by("pk").values())
        with pytest.raises(BadInput) as refused:
            add_checklist_line(checklist=checklist, facts=facts, actor=cast.priya)
        assert refused.value.field == field
        with pytest.raises(BadInput) as refused:
            edit_checklist_line(line=titled("Earth"), facts=facts, actor=cast.priya)
        assert refused.value.field == field
        assert list(ChecklistLine.objects.order_by("pk").values()) == before


def test_a_changed_line_names_what_changed_and_the_same_again_writes_nothing(
    cast: Cast, checklist: Checklist
) -> None:
    facts = Line("Power", "Earth", "At both ends.", Asked.READING, "Ω", high=1)
    with acting(cast.priya):
        for _ in range(2):
            edit_checklist_line(line=titled("Earth"), facts=facts, actor=cast.priya)
        line = titled("Earth")
    assert (line.how, line.asked, line.unit, line.low, line.high) == (
        "At both ends.",
        "reading",
        "Ω",
        None,
        1,
    )
    changed = ["how", "asked", "unit", "high"]
    assert trail(cast, "checklist.line_edited") == [
        ("Priya Shah", {"line": "Earth", "changed": changed})
    ]


def test_a_line_changes_places_with_its_neighbour_until_the_end(
    cast: Cast, checklist: Checklist
) -> None:
    with acting(cast.priya):
        for _ in range(3):
            move_checklist_line(line=titled("Cabinet"), is_later=True, actor=cast.priya)
    assert order(cast) == [(1, "Mains voltage"), (2, "Earth"), (3, "Cabinet")]
    with acting(cast.priya):
        for _ in range(2):
            move_checklist_line(line=titled("Earth"), is_later=False, actor=cast.priya)
    assert order(cast) == [(1, "Earth"), (2, "Mains voltage"), (3, "Cabinet")]
    assert trail(cast, "checklist.line_moved") == [
        ("Priya Shah", {"line": "Cabinet", "place": 2}),
        ("Priya Shah", {"line": "Cabinet", "place": 3}),
        ("Priya Shah", {"line": "Earth", "place": 1}),
    ]


def test_a_line_that_somebody_retired_meanwhile_moves_nothing(
    cast: Cast, checklist: Checklist
) -> None:
    with acting(cast.priya):
        line = titled("Mains voltage")
        ChecklistLine.objects.filter(pk=line.pk).delete()
        move_checklist_line(line=line, is_later=True, actor=cast.priya)
    assert order(cast) == [(1, "Cabinet"), (3, "Earth")]
    assert trail(cast, "checklist.line_moved") == []


@pytest.mark.parametrize(
    "act",
    [
        lambda line, actor: add_checklist_line(checklist=line.checklist, facts=FUSES, actor=actor),
        lambda line, actor: edit_checklist_line(line=line, facts=FUSES, actor=actor),
        lambda line, actor: move_checklist_line(line=line, is_later=True, actor=actor),
    ],
    ids=["add", "edit", "move"],
)
def test_a_technician_leaves_the_checklist_alone(
    cast: Cast, checklist: Checklist, act: Callable[..., object]
) -> None:
    before = order(cast)
    with acting(cast.dana):
        line = titled("Cabinet")
        with pytest.raises(NotAllowed):
            act(line, cast.dana)
    assert order(cast) == before
