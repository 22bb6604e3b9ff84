"""How a provider wants outages handled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed
from monitoring.actions.set_monitoring_rules import set_monitoring_rules
from monitoring.models import Closing
from monitoring.rules import Rules, rules_of
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.outages import build_check, build_other, follow, minute, seen, tickets
from tests.stage import DatabaseTime, acting

pytestmark = pytest.mark.django_db


def test_without_a_choice_untouched_tickets_close_after_ten_calm_minutes(cast: Cast) -> None:
    with acting(cast.ruth):
        assert rules_of(cast.calcom.pk) == Rules(
            Closing.UNTOUCHED, timedelta(minutes=10), frozenset({"pbx"})
        )


def test_a_provider_chooses_whose_outage_is_an_emergency(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    with acting(cast.ruth):
        for minutes in (20, 30):
            set_monitoring_rules(
                closing=Closing.HAND,
                calm_minutes=minutes,
                emergencies=["switch"],
                actor=cast.ruth,
            )
        assert rules_of(cast.calcom.pk).calm == timedelta(minutes=30)
    seen(build_check(build_other(cast, "Switch", "switch")), "sd", 1)
    seen(build_check(cast.phone_system), "sd", 1)
    follow(database_time, 3)
    assert {ticket.subject.split()[0]: ticket.priority for ticket in tickets(cast)} == {
        "Switch": "emergency",
        "Main": "minor",
    }


@pytest.mark.parametrize(
    ("minutes", "emergencies", "field"),
    [
        (0, [], "calm_minutes"),
        (24 * 60 + 1, [], "calm_minutes"),
        (10, ["toaster"], "emergencies"),
    ],
)
def test_rules_that_are_none_are_refused_by_field(
    cast: Cast, minutes: int, emergencies: list[str], field: str
) -> None:
    with acting(cast.ruth):
        with pytest.raises(BadInput) as refused:
            set_monitoring_rules(
                closing=Closing.HAND,
                calm_minutes=minutes,
                emergencies=emergencies,
                actor=cast.ruth,
            )
        assert refused.value.field == field
        assert rules_of(cast.calcom.pk) == Rules()


def test_a_technician_sets_no_rules(cast: Cast) -> None:
    with acting(cast.dana), pytest.raises(NotAllowed):
        set_monitoring_rules(closing=Closing.HAND, calm_minutes=5, emergencies=[], actor=cast.dana)
