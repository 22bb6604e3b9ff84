"""Campaigns: whom they are for, who has to agree, pausing, leaving out, and work by hand."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Customer
from calcom_portal.common.errors import BadInput, NotAllowed, PortalError, RuleBroken
from calcom_portal.common.tenancy import system_scope
from contracts.models import Device
from notifications.models import Notice
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.backups.rows import plan_for
from tests.upkeep.firmware.world import (
    build_advisory,
    build_product,
    build_release,
    planned,
    runs,
    started,
    update_of,
    wish,
)
from tickets.models import Message, Ticket
from tickets.states import Move
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.actions.cancel_campaign import cancel_campaign
from upkeep.actions.leave_out_update import leave_out_update
from upkeep.actions.pause_campaign import pause_campaign
from upkeep.actions.plan_campaign import plan_campaign
from upkeep.actions.record_update import Evidence, record_update
from upkeep.actions.resume_campaign import resume_campaign
from upkeep.firmware.standing import Status
from upkeep.models import (
    Campaign,
    FirmwareConsent,
    FirmwareRelease,
    FirmwareSeen,
    FirmwareStep,
    FirmwareUpdate,
    Method,
)
from upkeep.services import backups_asked
from upkeep.updating.answers import settle_answers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday(database_time: DatabaseTime) -> None:
    database_time.set("2026-11-23T11:00-08:00")


@pytest.fixture
def release(cast: Cast) -> FirmwareRelease:
    """Bayview's phone system is older than 22.10.2, which is approved."""
    made = build_release(cast, build_product(cast, cast.phone_system))
    runs(cast, cast.phone_system, "22.10.1")
    return made


def settled(cast: Cast, device: Device) -> FirmwareUpdate:
    """Carry the answers in, as the worker does."""
    with system_scope("a test carries answers"):
        rows = FirmwareUpdate.objects.select_related("ticket__customer", "device")
        settle_answers(rows.get(device=device))
    return update_of(cast, device)


def answered(cast: Cast, *, agreed: bool) -> FirmwareUpdate:
    """Have Bayview's administrator answer."""
    with acting(cast.amit):
        updates = list(FirmwareUpdate.objects.all())
        answer_campaign(updates=updates, agreed=agreed, actor=cast.amit)
    return settled(cast, cast.phone_system)


def notices(kind: str) -> list[str]:
    with system_scope("a test reads notices"):
        rows = Notice.objects.filter(kind=kind).order_by("recipient__name")
        return list(rows.values_list("recipient__name", flat=True))


def test_a_campaign_is_for_the_devices_that_are_older(cast: Cast, release: FirmwareRelease) -> None:
    current, untold = (build_device(cast.market_street, f"PBX {one}") for one in range(2))
    with acting(cast.ruth):
        Device.objects.filter(pk__in=[current.pk, untold.pk]).update(
            product_model=release.product_model
        )
    runs(cast, current, "22.10.2")
    campaign = planned(cast, release)
    with acting(cast.dana):
        (update,) = FirmwareUpdate.objects.filter(campaign=campaign)
    assert (update.device_id, update.former, update.target, update.wave, update.state) == (
        cast.phone_system.pk,
        "22.10.1",
        "22.10.2",
        1,
        "draft",
    )


def test_of_an_advisory_only_those_that_it_is_about(cast: Cast, release: FirmwareRelease) -> None:
    newer = build_release(cast, release.product_model, "22.11.0", Status.APPROVED)
    spared = build_device(cast.market_street, "Spared")
    with acting(cast.ruth):
        Device.objects.filter(pk=spared.pk).update(product_model=release.product_model)
    runs(cast, spared, "22.10.2")
    advisory = build_advisory(cast, release.product_model)
    with acting(cast.priya):
        campaign = plan_campaign(release=newer, advisory=advisory, wish=wish(), actor=cast.priya)
        devices = [row.device_id for row in campaign.updates.all()]
    assert devices == [cast.phone_system.pk]


def test_a_device_is_in_one_open_campaign_only(cast: Cast, release: FirmwareRelease) -> None:
    planned(cast, release)
    with pytest.raises(RuleBroken, match=r"No device needs 22\.10\.2"):
        planned(cast, release)


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"title": " "}, "title"),
        ({"reason": "x" * 501}, "reason"),
        ({"starts_on": date(2026, 11, 22)}, "starts_on"),
        ({"minutes": 14}, "minutes"),
        ({"rest_hours": 337}, "rest_hours"),
        ({"most_failures": -1}, "most_failures"),
        ({"weekdays": ()}, "weekdays"),
        ({"weekdays": (8,)}, "weekdays"),
        ({"method": Method.APT, "package": "rm -rf"}, "package"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(
    cast: Cast, release: FirmwareRelease, others: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        planned(cast, release, **others)
    assert refused.value.field == field
    with acting(cast.dana):
        assert not Campaign.objects.exists()


def test_a_release_that_is_not_approved_is_not_brought_anywhere(cast: Cast) -> None:
    seen = build_release(cast, build_product(cast, cast.phone_system), status=Status.SEEN)
    runs(cast, cast.phone_system, "22.10.1")
    with pytest.raises(RuleBroken, match="is not approved"):
        planned(cast, seen)


def test_what_no_contract_pays_for_needs_consent_always(
    cast: Cast, release: FirmwareRelease
) -> None:
    started(cast, release, asks_consent=False)
    update = update_of(cast, cast.phone_system)
    assert (update.is_covered, update.asks_consent, update.state) == (False, True, "asking")
    assert "not part of Tier 2" in update.cover
    assert notices("firmware_asked") == ["Amit Bhatt"]


def test_what_the_contract_pays_for_goes_without_consent_where_none_is_asked(
    cast: Cast, release: FirmwareRelease
) -> None:
    build_contract(cast.bayview, device=cast.phone_system, clauses=["FIRMWARE"])
    started(cast, release, asks_consent=False)
    update = update_of(cast, cast.phone_system)
    assert (update.is_covered, update.asks_consent, update.state) == (True, False, "by_hand")
    assert notices("firmware_planned") == ["Amit Bhatt"]


def test_starting_opens_one_ticket_a_customer_with_a_word_of_ours(
    cast: Cast, release: FirmwareRelease
) -> None:
    others = [build_device(build_site(cast.bayview, f"Site {one}"), "PBX") for one in range(2)]
    with acting(cast.ruth):
        ids = [device.pk for device in others]
        Device.objects.filter(pk__in=ids).update(product_model=release.product_model)
    for device in others:
        runs(cast, device, "22.9")
    started(cast, release)
    with acting(cast.elena):
        ticket = Ticket.objects.get()
        told = Message.objects.latest("pk").text
    assert (ticket.kind, ticket.subject) == (
        "firmware",
        "Firmware update: Digium Asterisk 22 22.10.2",
    )
    assert ticket.responded_at is not None
    assert "- PBX, Site 0" in told
    assert told.endswith("Nothing happens before you agree.")


def test_customers_see_nothing_of_a_draft(cast: Cast, release: FirmwareRelease) -> None:
    planned(cast, release)
    with acting(cast.amit):
        assert not FirmwareUpdate.objects.exists()


def test_agreeing_lets_it_go_on_and_declining_ends_it(cast: Cast, release: FirmwareRelease) -> None:
    started(cast, release)
    assert answered(cast, agreed=True).state == "by_hand"
    declined = answered(cast, agreed=False)
    assert (declined.state, declined.ended_at is not None) == ("declined", True)
    assert answered(cast, agreed=True).ended_at is None
    with acting(cast.dana):
        assert FirmwareConsent.objects.count() == 3
        note = Message.objects.filter(internal=True).earliest("pk")
    assert note.text == f"Amit Bhatt agreed to the update of {cast.phone_system.name}."


def test_only_the_authorised_answer(cast: Cast, release: FirmwareRelease) -> None:
    started(cast, release)
    with acting(cast.elena), pytest.raises(NotAllowed):
        answer_campaign(updates=list(FirmwareUpdate.objects.all()), agreed=True, actor=cast.elena)
    with acting(cast.dana):
        assert not FirmwareConsent.objects.exists()


def test_nothing_is_answered_once_it_is_over(cast: Cast, release: FirmwareRelease) -> None:
    campaign = started(cast, release)
    with acting(cast.priya):
        cancel_campaign(campaign=campaign, actor=cast.priya)
    with acting(cast.amit), pytest.raises(RuleBroken):
        answer_campaign(updates=list(FirmwareUpdate.objects.all()), agreed=True, actor=cast.amit)


def test_pausing_and_resuming_bears_what_went_wrong(cast: Cast, release: FirmwareRelease) -> None:
    campaign = started(cast, release)
    with acting(cast.priya):
        FirmwareUpdate.objects.update(state="failed")
        with pytest.raises(BadInput):
            pause_campaign(campaign=campaign, reason=" ", actor=cast.priya)
        pause_campaign(campaign=campaign, reason="A storm", actor=cast.priya)
        with pytest.raises(RuleBroken):
            pause_campaign(campaign=campaign, reason="Again", actor=cast.priya)
        resumed = resume_campaign(campaign=campaign, actor=cast.priya)
    assert (resumed.state, resumed.pause_reason, resumed.most_failures) == ("running", "", 1)


def test_cancelling_leaves_out_what_has_not_begun(cast: Cast, release: FirmwareRelease) -> None:
    campaign = started(cast, release)
    with acting(cast.priya):
        FirmwareUpdate.objects.update(state="running")
        with pytest.raises(RuleBroken, match="is running"):
            cancel_campaign(campaign=campaign, actor=cast.priya)
        FirmwareUpdate.objects.update(state="planned")
        cancel_campaign(campaign=campaign, actor=cast.priya)
        assert Campaign.objects.get().state == "cancelled"
    assert update_of(cast, cast.phone_system).state == "left_out"


def test_a_device_is_left_out_before_it_begins_only(cast: Cast, release: FirmwareRelease) -> None:
    planned(cast, release)
    update = update_of(cast, cast.phone_system)
    with acting(cast.priya):
        assert leave_out_update(update=update, actor=cast.priya).state == "left_out"
        with pytest.raises(RuleBroken, match="past that"):
            leave_out_update(update=update, actor=cast.priya)


EVIDENCE = Evidence("22.10.1", "22.10.2", "Called in and out, looked at every phone.")


def test_work_by_hand_is_recorded_with_evidence_and_asks_for_a_backup(
    cast: Cast, release: FirmwareRelease
) -> None:
    plan_for(cast.phone_system)
    started(cast, release)
    update = answered(cast, agreed=True)
    with acting(cast.dana):
        record_update(update=update, evidence=EVIDENCE, actor=cast.dana)
        seen = FirmwareSeen.objects.get(device=cast.phone_system, until=None)
        step = FirmwareStep.objects.get()
        asked = backups_asked(Ticket.objects.get(), Move.CLOSE)
    done = update_of(cast, cast.phone_system)
    assert (done.state, done.evidence) == ("updated", EVIDENCE.words)
    assert (seen.version, seen.source) == ("22.10.2", "Updated by Dana Okafor")
    assert (step.code, step.words) == ("by_hand", "By Dana Okafor: 22.10.1 to 22.10.2.")
    assert [one.device.pk for one in asked] == [cast.phone_system.pk]


@pytest.mark.parametrize(
    ("evidence", "field"),
    [
        (Evidence(" ", "22.10.2", "Yes"), "before"),
        (Evidence("22.10.1", "22.10.1", "Yes"), "after"),
        (Evidence("22.10.1", "22.10.2", " "), "words"),
        (Evidence("22.10.1", "22.10.2", "x" * 2001), "words"),
    ],
)
def test_a_record_that_proves_nothing_is_refused(
    cast: Cast, release: FirmwareRelease, evidence: Evidence, field: str
) -> None:
    started(cast, release)
    update = answered(cast, agreed=True)
    with acting(cast.dana), pytest.raises(BadInput) as refused:
        record_update(update=update, evidence=evidence, actor=cast.dana)
    assert refused.value.field == field
    assert update_of(cast, cast.phone_system).state == "by_hand"


def test_nothing_is_recorded_before_the_customer_agrees(
    cast: Cast, release: FirmwareRelease
) -> None:
    started(cast, release)
    update = update_of(cast, cast.phone_system)
    with acting(cast.dana), pytest.raises(RuleBroken):
        record_update(update=update, evidence=EVIDENCE, actor=cast.dana)


def test_technicians_plan_no_campaign_and_rivals_see_none(
    cast: Cast, release: FirmwareRelease
) -> None:
    with acting(cast.dana), pytest.raises(NotAllowed):
        plan_campaign(release=release, wish=wish(), actor=cast.dana)
    started(cast, release)
    for stranger in (cast.nora, cast.sam):
        with acting(stranger):
            assert not FirmwareUpdate.objects.exists()


def test_a_customer_cannot_write_the_update_itself(cast: Cast, release: FirmwareRelease) -> None:
    started(cast, release)
    with acting(cast.amit), pytest.raises((PortalError, Exception)):
        FirmwareUpdate.objects.update(state="updated")


def test_every_customer_reads_only_of_its_own_devices(cast: Cast, release: FirmwareRelease) -> None:
    other = build_device(build_site(cast.sutter, "Depot"), "Depot PBX")
    with acting(cast.ruth):
        Device.objects.filter(pk=other.pk).update(product_model=release.product_model)
    runs(cast, other, "22.9")
    started(cast, release)
    with acting(cast.sam):
        rows = FirmwareUpdate.objects.values_list("device_id", flat=True)
        assert list(rows) == [other.pk]
    with acting(cast.dana):
        assert Ticket.objects.values("customer").distinct().count() == 2
        assert Customer.objects.filter(pk=cast.sutter.pk).exists()
