"""Whether an outage is an emergency, by the agreement's words."""

from __future__ import annotations

import pytest

from contracts.models import DeviceKind
from contracts.sla import Priority
from monitoring.check_settings import HEARTBEAT
from monitoring.models import Opens
from monitoring.urgency import (
    AUTO,
    BEHIND,
    BESIDE,
    BESIDE_IT,
    CHOSEN,
    DOWN,
    EMERGENCIES,
    ONE,
    Affected,
    urgency_of,
)

PBX = Affected("pbx", "Phone system", "sip-udp")
PAGES = Affected("pbx", "Phone system", "web")
PHONE = Affected("phone", "Phone", "sip-udp")
SWITCH = Affected("switch", "Switch", "icmp")
E, M = Priority.EMERGENCY, Priority.MINOR


@pytest.mark.parametrize(
    ("opens", "itself", "behind", "priority", "reason"),
    [
        ("auto", PBX, [], E, DOWN.format(what="phone system")),
        ("auto", PAGES, [], M, BESIDE_IT),
        ("auto", PHONE, [], M, ONE),
        ("auto", SWITCH, [PHONE, PHONE], M, ONE),
        ("auto", SWITCH, [PHONE, PBX], E, BEHIND.format(what="phone system")),
        ("auto", SWITCH, [PAGES], M, ONE),
        ("auto", PAGES, [PBX], M, BESIDE_IT),
        ("minor", PBX, [], M, CHOSEN["minor"].reason),
        ("emergency", PHONE, [], E, CHOSEN["emergency"].reason),
    ],
)
def test_a_phone_system_that_is_down_is_an_emergency_and_one_station_is_not(
    opens: str, itself: Affected, behind: list[Affected], priority: Priority, reason: str
) -> None:
    found = urgency_of(opens, itself, behind, EMERGENCIES)
    assert (found.priority, found.reason) == (priority, reason)


def test_a_provider_may_call_other_equipment_an_emergency() -> None:
    assert urgency_of("auto", SWITCH, [], {"switch"}).priority is E
    assert urgency_of("auto", PBX, [], set()).priority is M


def test_the_words_of_the_table_are_those_of_the_models() -> None:
    assert set(DeviceKind.values) >= EMERGENCIES
    assert {*CHOSEN, AUTO, "nothing"} == set(Opens.values)
    assert HEARTBEAT in BESIDE
