"""What the apps below learn from monitoring: days that were watched, outages of a device."""

from __future__ import annotations

from datetime import date

import pytest

from calcom_portal.common.tenancy import provider_scope
from contracts.gaps import Span
from contracts.history import history_of
from contracts.watching import monitored_spans
from monitoring.models import Check
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.outages import build_check, build_other, follow, minute, seen
from tests.stage import DatabaseTime, acting

pytestmark = pytest.mark.django_db


def test_a_device_is_watched_from_its_first_check_until_that_is_paused(cast: Cast) -> None:
    phone = build_other(cast, "Reception phone")
    build_check(cast.phone_system)
    paused = build_check(cast.phone_system, "Web page")
    with provider_scope(provider_id=cast.calcom.pk):
        Check.objects.filter(pk=paused.pk).update(paused_at=minute(0))
        assert monitored_spans([cast.phone_system.pk, phone.pk]) == {
            cast.phone_system.pk: (
                Span(date(2026, 6, 5)),
                Span(date(2026, 6, 5), date(2026, 6, 15)),
            ),
            phone.pk: (),
        }


def test_nothing_is_missing_where_nothing_is_watched_at_all(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        assert monitored_spans([cast.phone_system.pk]) is None
    with acting(cast.elena):
        assert monitored_spans([cast.phone_system.pk]) is None


def test_outages_stand_in_the_history_of_their_device(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    seen(build_check(cast.phone_system), "sdru", 1)
    follow(database_time, 5)
    for viewer in (cast.elena, cast.dana):
        with acting(viewer):
            page = history_of(viewer, cast.phone_system)
        (entry,) = [entry for entry in page.entries if entry.title == "Did not answer"]
        assert (entry.text, entry.by) == ("SIP · for 3 m · ticket CC-1001", "Monitoring")
        assert (entry.at, entry.url) == (minute(1), "/tickets/CC-1001/")
