"""The catalogue is the agreement, clause by clause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.capabilities import Role
from accounts.models import AuditEntry
from calcom_portal.common.errors import NotAllowed, RuleBroken
from contracts.actions import seed_catalogue
from contracts.models import Calendar, CalendarVersion, Clause, Tier, TierClause
from contracts.sla import Metric, Priority, Promise, ServiceCalendar, Target, Unit
from tests.builders import build_person, build_provider
from tests.cast import Cast
from tests.stage import acting

YES, EXTRA, NO = "included", "optional", "–"

# The table of agreement.md, by hand: clause, Tier 1 · Remote only, Tier 2 · Extended warranty.
AGREEMENT = [
    ("REMOTE", YES, NO),
    ("WIFI", NO, YES),
    ("MONITOR", YES, YES),
    ("HEALTH", YES, YES),
    ("PROGRAM", YES, YES),
    ("BACKUP", YES, YES),
    ("RESTORE", YES, YES),
    ("ACCOUNT", YES, YES),
    ("FIRMWARE", YES, NO),
    ("VOICEMAIL", EXTRA, NO),
    ("WARRANTY", NO, YES),
    ("SWAP", NO, YES),
    ("TROUBLE", NO, YES),
    ("INSPECT", NO, YES),
    ("RESPONSE", NO, YES),
    ("HOURS", YES, YES),
]


@pytest.fixture
def seeded(cast: Cast) -> Cast:
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth, own_days=[date(2031, 12, 24)])
    return cast


def offered(tier: Tier, clause: str) -> str:
    row = TierClause.objects.filter(tier=tier, clause__code=clause).first()
    if row is None:
        return NO
    return EXTRA if row.is_optional else YES


def test_the_seeded_tiers_are_the_table_of_the_agreement(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tiers = list(Tier.objects.order_by("position"))
        assert [(tier.code, tier.name) for tier in tiers] == [
            ("TIER1", "Tier 1 · Remote only"),
            ("TIER2", "Tier 2 · Extended warranty"),
        ]
        codes = list(Clause.objects.order_by("position").values_list("code", flat=True))
        table = [(code, *(offered(tier, code) for tier in tiers)) for code in codes]
    assert table == AGREEMENT


def test_tier_2_has_no_firmware_remote_support_or_voicemail(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tier = Tier.objects.get(code="TIER2")
        assert [offered(tier, code) for code in ("FIRMWARE", "REMOTE", "VOICEMAIL")] == [NO] * 3


def test_every_clause_says_to_the_customer_what_it_is_that_works(seeded: Cast) -> None:
    with acting(seeded.ruth):
        assert not Clause.objects.filter(meaning="").exists()


def test_tier_1_says_explicitly_that_it_has_no_response_promise(seeded: Cast) -> None:
    with acting(seeded.ruth):
        promise = Promise.from_dict(Tier.objects.get(code="TIER1").promise)
    assert promise.is_none
    assert promise.label == "No response promise"
    assert promise.none_reason == "Tier 1 · Remote only has no promised response time."


def test_tier_2_promises_8_and_24_business_hours_and_no_resolution(seeded: Cast) -> None:
    with acting(seeded.ruth):
        promise = Promise.from_dict(Tier.objects.get(code="TIER2").promise)
    assert promise.targets == {
        (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
        (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
    }


def test_the_default_calendar_has_business_hours_four_holidays_and_own_days(
    seeded: Cast,
) -> None:
    with acting(seeded.ruth):
        version = CalendarVersion.objects.get(calendar__is_default=True)
        calendar = ServiceCalendar.from_dict(version.spec)
    assert (version.number, version.country, version.subdivision) == (1, "US", "")
    assert version.fingerprint == calendar.fingerprint()
    assert version.spec["tz"] == "America/Los_Angeles"
    assert version.spec["weekly"] == {
        day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
    }
    year = version.created_at.year
    days = set(version.spec["holidays"])
    assert {f"{year}-01-01", f"{year}-12-25", "2031-12-24"} <= days
    assert len([day for day in days if day.startswith(f"{year}-")]) in {4, 5}


def test_a_catalogue_is_seeded_once(seeded: Cast) -> None:
    with acting(seeded.ruth):
        entries = AuditEntry.objects.count()
        with pytest.raises(RuleBroken, match="has a catalogue of clauses already"):
            seed_catalogue(actor=seeded.ruth)
        assert Clause.objects.count() == 16
        assert AuditEntry.objects.count() == entries


def test_a_rival_provider_is_not_in_the_way(seeded: Cast) -> None:
    provider = build_provider("Lakeside", prefix="LS")
    admin = build_person(provider, Role.PROVIDER_ADMIN)
    with acting(admin):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=admin)
        assert Tier.objects.count() == 2


@pytest.mark.parametrize("who", ["dana", "priya", "amit"])
def test_only_an_administrator_seeds_the_catalogue(cast: Cast, who: str) -> None:
    viewer = getattr(cast, who)
    with acting(viewer):
        with pytest.raises(NotAllowed):
            seed_catalogue(actor=viewer)
        assert Clause.objects.count() == 0
