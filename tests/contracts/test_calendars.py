"""Making calendars and publishing versions of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, NotAllowed, RuleBroken
from contracts import impact
from contracts.access import access_calendar
from contracts.actions import CalendarEdit, create_calendar, publish_calendar_version
from contracts.models import Calendar, CalendarVersion
from contracts.sla import ServiceCalendar
from tests.builders import BUSINESS_HOURS
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.traces import nothing_changes

SHORT_FRIDAYS: dict[str, Any] = {
    **BUSINESS_HOURS,
    "weekly": {**BUSINESS_HOURS["weekly"], "fri": [["08:00", "12:00"]]},
}
JUNE = "2026-06-10T12:00:00-07:00"


@pytest.fixture(autouse=True)
def recounted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, str]]:
    """Give the list of what other apps were asked to count again, in place of their counting."""
    calls: list[tuple[int, int, str]] = []

    def follow_up(calendar_id: int, version_id: int, actor: Viewer) -> None:
        calls.append((calendar_id, version_id, actor.name))

    monkeypatch.setattr(impact, "_follow_ups", [follow_up])
    return calls


def default_of(viewer: Viewer) -> Calendar:
    with acting(viewer):
        return Calendar.objects.get(is_default=True)


def refused(
    cast: Cast, who: Viewer, error: type[Exception], act: Callable[..., object]
) -> pytest.ExceptionInfo[Any]:
    with (
        nothing_changes(cast, Calendar, CalendarVersion),
        acting(who),
        pytest.raises(error) as refusal,
        transaction.atomic(),
    ):
        act(actor=who)
    return refusal


def test_a_calendar_is_created_with_its_first_version(
    cast: Cast, database_time: DatabaseTime
) -> None:
    moment = database_time.set(JUNE)
    edit = CalendarEdit(SHORT_FRIDAYS, country="US", subdivision="CA", note="As agreed")
    with acting(cast.ruth):
        calendar = create_calendar(name="Short Fridays", edit=edit, actor=cast.ruth)
        version = CalendarVersion.objects.get(calendar=calendar)
        entry = AuditEntry.objects.latest("number")
    hours = ServiceCalendar.from_dict(SHORT_FRIDAYS)
    assert (calendar.provider_id, calendar.is_default) == (cast.calcom.pk, False)
    assert (version.number, version.created_at, version.created_by_id) == (
        1,
        moment,
        cast.ruth.membership_id,
    )
    assert (version.country, version.subdivision, version.note) == ("US", "CA", "As agreed")
    assert (version.spec, version.fingerprint) == (hours.to_dict(), hours.fingerprint())
    assert (entry.action, json.loads(entry.body)["details"]) == (
        "calendar.created",
        {"fingerprint": hours.fingerprint()},
    )


def test_two_calendars_of_a_provider_never_share_a_name(cast: Cast) -> None:
    make = partial(create_calendar, name="Business hours", edit=CalendarEdit(SHORT_FRIDAYS))
    assert refused(cast, cast.ruth, BadInput, make).value.field == "name"


ONE_DAY = {"2026-12-24": [["08:00", "12:00"]]}


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({**BUSINESS_HOURS, "tz": "Mars/Olympus"}, "tz"),
        ({**BUSINESS_HOURS, "weekly": {"mon": [["17:00", "08:00"]]}}, "weekly.mon[0][1]"),
        ({**BUSINESS_HOURS, "weekly": {}}, "weekly"),
        ({**BUSINESS_HOURS, "weekly": {}, "special_hours": ONE_DAY}, "weekly"),
        ({**BUSINESS_HOURS, "weekly": {"mon": [["08:00", "08:59"]]}}, "weekly"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    cast: Cast, spec: dict[str, Any], field: str
) -> None:
    edit = CalendarEdit(spec)
    make = partial(create_calendar, name="New", edit=edit)
    change = partial(
        publish_calendar_version, calendar=default_of(cast.ruth), edit=edit, base_number=1
    )
    for act in (make, change):
        assert refused(cast, cast.ruth, BadInput, act).value.field == field


def test_publishing_appends_a_version_and_leaves_the_former_as_it_was(
    cast: Cast, recounted: list[tuple[int, int, str]]
) -> None:
    calendar = default_of(cast.ruth)
    with acting(cast.ruth):
        first = calendar.newest()
        second = publish_calendar_version(
            calendar=calendar, edit=CalendarEdit(SHORT_FRIDAYS), base_number=1, actor=cast.ruth
        )
        entry = AuditEntry.objects.latest("number")
        stored = list(
            CalendarVersion.objects.filter(calendar=calendar)
            .order_by("number")
            .values_list("number", "fingerprint")
        )
    assert stored == [(1, first.fingerprint), (2, second.fingerprint)]
    assert second.fingerprint == ServiceCalendar.from_dict(SHORT_FRIDAYS).fingerprint()
    assert recounted == [(calendar.pk, second.pk, "Ruth Lindqvist")]
    assert (entry.action, json.loads(entry.body)["details"]) == (
        "calendar.published",
        {"version": 2, "before": first.fingerprint, "after": second.fingerprint},
    )


def test_the_same_hours_again_are_no_version(
    cast: Cast, recounted: list[tuple[int, int, str]]
) -> None:
    calendar = default_of(cast.ruth)
    with nothing_changes(cast, Calendar, CalendarVersion), acting(cast.ruth):
        version = publish_calendar_version(
            calendar=calendar, edit=CalendarEdit(BUSINESS_HOURS), base_number=1, actor=cast.ruth
        )
    assert version.number == 1
    assert recounted == []


def test_whoever_began_from_an_older_version_is_refused(cast: Cast) -> None:
    calendar = default_of(cast.ruth)
    publish = partial(publish_calendar_version, calendar=calendar, base_number=1)
    with acting(cast.ruth):
        publish(edit=CalendarEdit(SHORT_FRIDAYS), actor=cast.ruth)
    edit = CalendarEdit({**SHORT_FRIDAYS, "holidays": []})
    refusal = refused(cast, cast.ruth, RuleBroken, partial(publish, edit=edit))
    assert refusal.value.message == (
        "Business hours has changed since you opened it: version 2 is in effect, and you began"
        " from version 1."
    )


@pytest.mark.parametrize("who", ["amit", "dana", "priya"])
def test_only_administrators_make_and_publish(cast: Cast, who: str) -> None:
    calendar = default_of(cast.ruth)
    edit = CalendarEdit(SHORT_FRIDAYS)
    for act in (
        partial(create_calendar, name="New", edit=edit),
        partial(publish_calendar_version, calendar=calendar, edit=edit, base_number=1),
    ):
        refused(cast, getattr(cast, who), NotAllowed, act)


def test_a_rivals_calendar_is_out_of_reach_and_its_name_is_free(cast: Cast) -> None:
    calendar = default_of(cast.ruth)
    publish = partial(
        publish_calendar_version,
        calendar=calendar,
        edit=CalendarEdit(SHORT_FRIDAYS),
        base_number=1,
    )
    refused(cast, cast.nils, Calendar.DoesNotExist, publish)
    with acting(cast.ruth):
        create_calendar(name="Fridays", edit=CalendarEdit(SHORT_FRIDAYS), actor=cast.ruth)
    with acting(cast.nils):
        with pytest.raises(Missing):
            access_calendar(cast.nils, calendar.pk)
        made = create_calendar(name="Fridays", edit=CalendarEdit(SHORT_FRIDAYS), actor=cast.nils)
    assert made.provider_id == cast.northline.pk
