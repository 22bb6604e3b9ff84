"""Sign a contract: from here on it promises."""

from __future__ import annotations

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._covers import lock_draft
from contracts.actions._life import LIFE, write_event
from contracts.days import today_of_calendar
from contracts.drafts import Draft, terms_of
from contracts.models import Contract, ContractState, Cover, Milestone, Terms
from contracts.renewals import DAY

SIGNED = ("state", "signed_at", "signed_name", "signed_by", "draft")


def sign_contract(*, contract: Contract, name: str, actor: Viewer) -> Contract:
    """Turn a draft into immutable terms, signed by `name` and written down by `actor`.

    Raises NotAllowed, BadInput without a name, and RuleBroken for what is no draft or where another
    signed contract covers the same thing on one of the days.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    if not name.strip():
        raise BadInput("Nobody signed.", field="name", remedy="Type the name of who signs.")
    # All contracts of a customer are signed one after the other: the check below sees the others.
    Customer.objects.select_for_update().get(pk=contract.customer_id)
    contract = lock_draft(contract)
    covers = list(contract.covers.select_related("site", "device"))
    during = DateRange(contract.starts_on, contract.ends_on, "[]")
    _refuse_double_cover(covers, during)
    terms = _freeze(contract, actor)
    contract.covers.update(during=during)
    contract.state = ContractState.SIGNED
    contract.signed_at, contract.signed_name = database_now(), name.strip()
    contract.signed_by_id = actor.membership_id
    contract.draft = None
    today = today_of_calendar(terms.calendar, database_now())
    _begin_life(contract, today)
    contract.save(update_fields=[*SIGNED, *LIFE])
    words = [f"Signed by {contract.signed_name}.", f"{contract.renewal.words()}."]
    write_event(contract, Milestone.SIGNED, on=contract.starts_on, sentences=words, actor=actor)
    record(
        actor,
        "contract.signed",
        contract,
        id=contract.pk,
        signed_name=contract.signed_name,
        tier=terms.tier_code,
        promise=terms.promise,
    )
    return contract


def _begin_life(contract: Contract, today: date) -> None:
    contract.agreed_on = today
    if contract.ends_on is not None:
        contract.renewal_anchor = contract.ends_on + DAY
        # The next sweep finds out what follows.
        contract.look_on = today


def _freeze(contract: Contract, actor: Viewer) -> Terms:
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    terms.created_at, terms.created_by_id = database_now(), actor.membership_id
    terms.save(force_insert=True)
    return terms


def _refuse_double_cover(covers: list[Cover], during: DateRange) -> None:
    same = Q()
    for cover in covers:
        same |= Q(site_id=cover.site_id, device_id=cover.device_id)
    others = Cover.objects.filter(same, customer_id=covers[0].customer_id, during__overlap=during)
    if other := others.select_related("contract", "site", "device").first():
        thing = other.device or other.site or "the whole company"
        raise RuleBroken(
            f"Contract {other.contract.number} covers {thing} already on some of these days.",
            remedy="Choose other dates, or cover something else.",
        )
