"""From a draft to a signed contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    ContractWish,
    Draft,
    cancel_contract,
    create_contract,
    edit_contract,
    retire_device,
    seed_catalogue,
    sign_contract,
)
from contracts.models import Calendar, Contract, ContractState, Cover, Terms
from contracts.promised import promised_for
from contracts.sla import Metric, Priority, Promise, Target, Unit
from tests.builders import build_customer, build_device, build_site
from tests.cast import Cast
from tests.contracts.agreements import TOLD
from tests.stage import DatabaseTime, acting

TARGETS = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}
NOON = datetime(2026, 6, 15, 19, 0, tzinfo=UTC)


@pytest.fixture
def seeded(cast: Cast) -> Cast:
    """Give a cast with a catalogue."""
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def wish(cast: Cast, tier: str = "TIER2", **changes: object) -> ContractWish:
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True)
    draft = Draft(tier, calendar.pk, TARGETS if tier == "TIER2" else {})
    wanted = ContractWish(date(2026, 4, 1), date(2027, 3, 31), draft)
    return replace(wanted, **changes)  # type: ignore[arg-type]


def drafted(cast: Cast, wanted: ContractWish | None = None) -> Contract:
    with acting(cast.ruth):
        return create_contract(customer=cast.sutter, wish=wanted or wish(cast), actor=cast.ruth)


def signed(cast: Cast, wanted: ContractWish | None = None) -> Contract:
    contract = drafted(cast, wanted)
    with acting(cast.ruth):
        return sign_contract(contract=contract, name="Sam Ortiz", evidence=TOLD, actor=cast.ruth)


def test_numbers_begin_at_2001_and_are_never_used_twice(seeded: Cast) -> None:
    with acting(seeded.ruth):
        Contract.objects.update(number="CT-0218")
    first, second = drafted(seeded), drafted(seeded)
    assert (first.number, second.number) == ("CT-2001", "CT-2002")
    with acting(seeded.ruth):
        cancel_contract(contract=second, actor=seeded.ruth)
    assert drafted(seeded).number == "CT-2003"


def test_a_draft_promises_nothing_and_its_customer_does_not_see_it(seeded: Cast) -> None:
    drafted(seeded)
    with acting(seeded.sam):
        assert not Contract.objects.filter(customer=seeded.sutter).exists()
        promised = promised_for(customer_id=seeded.sutter.pk, site_id=None, device_id=None, at=NOON)
    assert promised.promise.is_none
    with acting(seeded.sam), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contracts_contract")
        assert cursor.fetchone() == (0,)


def test_the_signature_freezes_clauses_and_promise_and_puts_them_into_force(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-03-30T10:00:00-07:00")
    contract = signed(seeded)
    with acting(seeded.ruth):
        terms = Terms.objects.get(contract=contract)
        entry = AuditEntry.objects.latest("number")
    with acting(seeded.sam):
        promised = promised_for(customer_id=seeded.sutter.pk, site_id=None, device_id=None, at=NOON)
    assert contract.state == ContractState.SIGNED
    assert (contract.signed_at, contract.signed_name) == (now, "Sam Ortiz")
    assert contract.signed_by_id == seeded.ruth.membership_id
    assert contract.draft is None
    assert [clause["code"] for clause in terms.clauses] == [
        "WIFI", "MONITOR", "HEALTH", "PROGRAM", "BACKUP", "RESTORE", "ACCOUNT", "WARRANTY",
        "SWAP", "TROUBLE", "INSPECT", "RESPONSE", "HOURS",
    ]  # fmt: skip
    assert terms.effective_on == date(2026, 4, 1)
    assert promised.promise.targets == TARGETS
    assert promised.promise.contract == contract.number
    assert promised.reason == (
        f"Contract {contract.number} (Tier 2 · Extended warranty) covers the whole company."
    )
    assert entry.action == "contract.signed"


def test_tier_1_signs_an_explicit_no_promise_with_the_extra_that_was_taken(seeded: Cast) -> None:
    wanted = wish(seeded, "TIER1")
    contract = signed(seeded, replace(wanted, draft=replace(wanted.draft, options=("VOICEMAIL",))))
    with acting(seeded.ruth):
        terms = Terms.objects.get(contract=contract)
    promise = Promise.from_dict(terms.promise)
    assert promise.is_none
    assert promise.none_reason == "Tier 1 · Remote only has no promised response time."
    assert [row["code"] for row in terms.clauses if row["optional"]] == ["VOICEMAIL"]


def test_a_later_edit_of_the_catalogue_does_not_touch_signed_terms(seeded: Cast) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth):
        before = Terms.objects.get(contract=contract).clauses
        tier = Calendar.objects.get(is_default=True)
        tier.name = "Renamed"
        tier.save(update_fields=["name"])
        assert Terms.objects.get(contract=contract).clauses == before
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Terms.objects.filter(contract=contract).update(tier_name="Cheaper")


@pytest.mark.parametrize("verb", ["edit", "cancel", "sign"])
def test_what_is_signed_can_be_neither_changed_nor_signed_again(seeded: Cast, verb: str) -> None:
    contract = signed(seeded)
    other = wish(seeded, ends_on=None)
    with acting(seeded.ruth):
        entries = AuditEntry.objects.count()
        acts: dict[str, Callable[..., Contract]] = {
            "edit": partial(edit_contract, wish=other),
            "cancel": cancel_contract,
            "sign": partial(sign_contract, name="Someone Else", evidence=TOLD),
        }
        act = acts[verb]
        with pytest.raises(RuleBroken) as refusal:
            act(contract=contract, actor=seeded.ruth)
        after = Contract.objects.get(pk=contract.pk)
        assert AuditEntry.objects.count() == entries
    assert refusal.value.message == (f"Contract {contract.number} is signed and cannot be changed.")
    assert (after.state, after.ends_on, after.signed_name) == (
        ContractState.SIGNED,
        date(2027, 3, 31),
        "Sam Ortiz",
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_refused"),
    [
        (date(2027, 3, 31), None, True),
        (date(2027, 4, 1), None, False),
        (date(2025, 1, 1), date(2026, 3, 31), False),
        (date(2025, 1, 1), date(2026, 4, 1), True),
        (date(2026, 6, 1), date(2026, 6, 30), True),
    ],
)
def test_two_signed_contracts_never_cover_the_same_thing_on_the_same_day(
    seeded: Cast, starts_on: date, ends_on: date | None, is_refused: bool
) -> None:
    first = signed(seeded)
    second = drafted(seeded, wish(seeded, starts_on=starts_on, ends_on=ends_on))
    with acting(seeded.ruth):
        if is_refused:
            message = f"Contract {first.number} covers the whole"
            with pytest.raises(BadInput, match=message) as refusal:
                sign_contract(contract=second, name="Sam Ortiz", evidence=TOLD, actor=seeded.ruth)
            assert refusal.value.field == "starts_on"
        else:
            sign_contract(contract=second, name="Sam Ortiz", evidence=TOLD, actor=seeded.ruth)
        state = Contract.objects.get(pk=second.pk).state
    assert state == (ContractState.DRAFT if is_refused else ContractState.SIGNED)


def test_the_database_refuses_double_cover_even_without_the_action(seeded: Cast) -> None:
    signed(seeded)
    second = drafted(seeded)
    with acting(seeded.ruth):
        covers = Cover.objects.filter(contract=second)
        with pytest.raises(IntegrityError, match="cover_by_one_contract"), transaction.atomic():
            covers.update(during=DateRange(date(2026, 5, 1), None, "[]"))


def test_a_site_and_a_device_may_have_contracts_beside_the_companys(seeded: Cast) -> None:
    site = build_site(seeded.sutter, "Depot")
    device = build_device(site)
    signed(seeded)
    at_site = signed(seeded, wish(seeded, site_ids=(site.pk,)))
    of_device = signed(seeded, wish(seeded, device_ids=(device.pk,)))
    with acting(seeded.dana):
        promised = promised_for(
            customer_id=seeded.sutter.pk, site_id=site.pk, device_id=device.pk, at=NOON
        )
        beside = promised_for(
            customer_id=seeded.sutter.pk, site_id=site.pk, device_id=None, at=NOON
        )
    assert (promised.contract_number, beside.contract_number) == (of_device.number, at_site.number)


def test_a_draft_can_be_changed_until_it_is_signed(seeded: Cast) -> None:
    site = build_site(seeded.sutter, "Depot")
    contract = drafted(seeded)
    with acting(seeded.ruth):
        edit_contract(
            contract=contract,
            wish=wish(seeded, ends_on=None, site_ids=(site.pk,)),
            actor=seeded.ruth,
        )
        after = Contract.objects.get(pk=contract.pk)
        assert (after.ends_on, after.number) == (None, contract.number)
        assert [cover.site_id for cover in after.covers.all()] == [site.pk]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("ends_on", "The last day is before the first day."),
        ("tier", "Tier 1 · Remote only has no clause RESPONSE, so it can promise no times."),
        ("options", "Tier 2 · Extended warranty does not offer VOICEMAIL at extra cost."),
        ("calendar", "There is no such calendar."),
        ("sites", "Some of the sites are not this customer's, or no longer in use."),
        ("devices", "Some of the devices are not this customer's, or no longer in use."),
    ],
)
def test_a_draft_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, field: str, message: str
) -> None:
    good = wish(seeded)
    bad = {
        "ends_on": replace(good, ends_on=date(2026, 3, 31)),
        "tier": replace(good, draft=replace(good.draft, tier="TIER1")),
        "options": replace(good, draft=replace(good.draft, options=("VOICEMAIL",))),
        "calendar": replace(good, draft=replace(good.draft, calendar_id=999_999_999)),
        "sites": replace(good, site_ids=(seeded.market_street.pk,)),
        "devices": replace(good, device_ids=(seeded.phone_system.pk,)),
    }[field]
    with acting(seeded.ruth):
        before = Contract.objects.count()
        with pytest.raises(BadInput) as refusal, transaction.atomic():
            create_contract(customer=seeded.sutter, wish=bad, actor=seeded.ruth)
        assert Contract.objects.count() == before
    assert (refusal.value.field, refusal.value.message) == (field, message)


def test_a_retired_device_cannot_be_covered_anew(seeded: Cast) -> None:
    device = build_device(build_site(seeded.sutter, "Depot"))
    wanted = wish(seeded, device_ids=(device.pk,))
    with acting(seeded.priya):
        retire_device(device=device, retired_on=date(2026, 5, 1), actor=seeded.priya)
    with acting(seeded.ruth), pytest.raises(BadInput, match="Some of the devices"):
        create_contract(customer=seeded.sutter, wish=wanted, actor=seeded.ruth)


def test_nobody_signs_without_a_name(seeded: Cast) -> None:
    contract = drafted(seeded)
    with acting(seeded.ruth):
        with pytest.raises(BadInput, match="Nobody signed"):
            sign_contract(contract=contract, name="  ", evidence=TOLD, actor=seeded.ruth)
        assert Contract.objects.get(pk=contract.pk).state == ContractState.DRAFT


def test_an_inactive_customer_gets_no_contract(seeded: Cast) -> None:
    customer = build_customer(seeded.calcom, "Gone Ltd")
    wanted = wish(seeded)
    with acting(seeded.ruth):
        customer.is_active = False
        customer.save(update_fields=["is_active"])
        with pytest.raises(RuleBroken, match="Gone Ltd is not active"):
            create_contract(customer=customer, wish=wanted, actor=seeded.ruth)
        assert not Contract.objects.filter(customer=customer).exists()


@pytest.mark.parametrize("who", ["dana", "priya", "amit"])
def test_only_administrators_draft_and_sign(seeded: Cast, who: str) -> None:
    viewer: Viewer = getattr(seeded, who)
    contract, wanted = drafted(seeded), wish(seeded)
    with acting(viewer):
        for act in (
            partial(create_contract, customer=seeded.sutter, wish=wanted),
            partial(edit_contract, contract=contract, wish=wanted),
            partial(sign_contract, contract=contract, name="X", evidence=TOLD),
            partial(cancel_contract, contract=contract),
        ):
            with pytest.raises(NotAllowed):
                act(actor=viewer)
    with acting(seeded.ruth):
        assert Contract.objects.get(pk=contract.pk).state == ContractState.DRAFT
