"""The checklist is the provider's own: added to, changed, put in order, retired."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.upkeep.inspections.helpers import begun
from upkeep.actions.retire_checklist_line import retire_checklist_line
from upkeep.models import ChecklistLine

pytestmark = pytest.mark.django_db
PAGE = "/inspections/checklist/"
LINE = {"section": "Power", "title": "Fuses", "asked": "reading", "unit": "A", "low": "1"}


@pytest.fixture(autouse=True)
def on_a_tuesday(database_time: DatabaseTime) -> None:
    database_time.set("2026-06-30T11:00-07:00")


def send(browser: Client, path: str, **fields: Any) -> Any:
    key = browser.get(path).context["form"]["submission"].value()
    return browser.post(path, LINE | fields | {"submission": key})


def titles(cast: Cast) -> list[str]:
    with provider_scope(provider_id=cast.calcom.pk):
        return list(ChecklistLine.objects.order_by("position").values_list("title", flat=True))


def test_a_line_is_added_to_its_section_changed_moved_and_retired(cast: Cast) -> None:
    inspection = begun(cast)
    browser = browser_of(cast.priya)
    assert send(browser, f"{PAGE}new/").status_code == 303
    assert titles(cast)[8:10] == ["System battery", "Fuses"]
    with provider_scope(provider_id=cast.calcom.pk):
        line = ChecklistLine.objects.get(title="Fuses")
        assert (line.low, line.high, line.unit, line.is_required) == (1.0, None, "A", False)
    one = f"{PAGE}{line.pk}/"
    assert send(browser, f"{one}edit/", title="All fuses", asked="condition").status_code == 303
    assert browser.post(f"{one}earlier/").status_code == 303
    assert titles(cast)[7:10] == ["Battery run time", "All fuses", "System battery"]
    assert "All fuses" in browser.get(PAGE).content.decode()
    assert browser.post(f"{one}retire/").status_code == 303
    assert len(titles(cast)) == 23
    with acting(cast.dana):
        assert inspection.items.count() == 23
        assert not inspection.items.filter(title="Fuses").exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"section": "x" * 61}, "section"),
        ({"asked": "anything"}, "asked"),
        ({"low": "nan"}, "low"),
        ({"low": "9", "high": "2"}, "high"),
        ({"how": "a\x01b"}, "how"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_field(
    cast: Cast, fields: dict[str, str], field: str
) -> None:
    begun(cast)
    answer = send(browser_of(cast.priya), f"{PAGE}new/", **fields)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert len(titles(cast)) == 23


def test_the_first_does_not_move_up_and_the_last_line_stays(cast: Cast) -> None:
    begun(cast)
    before = titles(cast)
    with acting(cast.priya):
        lines = list(ChecklistLine.objects.order_by("position"))
        for line in lines[1:]:
            retire_checklist_line(line=line, actor=cast.priya)
    browser = browser_of(cast.priya)
    assert browser.post(f"{PAGE}{lines[0].pk}/earlier/").status_code == 303
    assert browser.post(f"{PAGE}{lines[0].pk}/retire/").status_code == 409
    assert titles(cast) == before[:1]
