"""The work on a device is told in its service history, as it stands."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.viewer import Viewer
from contracts.history import HistoryEntry, history_of
from contracts.models import Device
from tests.builders import build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tests.tickets.labour import logged, sign, work
from tickets.actions import strike_labour
from tickets.device_history import labour_in_history
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of June whose system has a contract."""
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set("2026-06-18T09:00:00-07:00")
    return found


def told(cast: Cast, viewer: Viewer) -> list[HistoryEntry]:
    with acting(viewer):
        page = history_of(viewer, Device.objects.get(pk=cast.phone_system.pk))
    return [entry for entry in page.entries if entry.icon == "wrench"]


def test_work_stands_in_the_history_of_its_device(cast: Cast, ticket: Ticket) -> None:
    device = cast.phone_system.pk
    logged(ticket, work("09:00", "10:30", device_id=device, note="Card replaced."), cast.dana)
    logged(ticket, work("11:00", "11:30"), cast.dana)
    for viewer in (cast.dana, cast.elena):
        (entry,) = told(cast, viewer)
        assert (entry.title, entry.text) == ("Troubleshooting, 1 h 30 m", "Card replaced.")
        assert (entry.by, entry.url) == (cast.dana.name, f"/tickets/{ticket.reference}/")


def test_what_was_struck_out_and_what_is_not_to_be_seen_is_not_told(
    cast: Cast, ticket: Ticket
) -> None:
    device = cast.phone_system.pk
    entry = logged(ticket, work("09:00", "10:00", device_id=device), cast.dana)
    with acting(cast.sam):
        assert labour_in_history(cast.sam, device, None, 10) == []
    with acting(cast.dana), CaptureQueriesContext(connection) as queries:
        assert len(labour_in_history(cast.dana, device, None, 10)) == 1
    assert len(queries) == 1
    with acting(cast.dana):
        strike_labour(entry=entry, reason="Wrong ticket.", actor=cast.dana)
    assert told(cast, cast.dana) == []
