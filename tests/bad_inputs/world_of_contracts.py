"""What the hostile visits of contracts and labour need: one contract for each step in its life."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.actions import (
    ContractWish,
    Draft,
    Side,
    create_contract,
    give_notice,
    send_for_signature,
)
from contracts.coverage import Work
from contracts.models import Calendar, Clause, ProductModel, Tier, TierClause
from tests.builders import (
    build_contract,
    build_device,
    build_price_list,
    build_site,
    build_warranty,
)
from tests.cast import Cast
from tests.stage import acting
from tests.tickets.helpers import request_of
from tickets.actions import ask_about_labour, log_labour, open_ticket
from tickets.labour import LabourFacts

LAST_DAY = date(2040, 12, 31)


def agreements(cast: Cast, tier: Tier) -> dict[str, Any]:
    """Make contracts in force, of which one was given notice, and one that waits; a catalogue."""
    build_price_list(cast.calcom)
    annex, spare = (
        build_site(cast.bayview, "Annex"),
        build_device(cast.market_street, "Spare phone"),
    )
    renewable = build_contract(cast.bayview, ends_on=LAST_DAY, site=annex)
    ending = build_contract(cast.bayview, device=spare)
    depot = build_site(cast.bayview, "Depot")
    later = build_contract(cast.bayview, starts_on=date(2040, 1, 1), site=depot)
    with acting(cast.ruth) as scope:
        give_notice(
            contract=ending,
            side=Side.CUSTOMER,
            given_on=scope.now.date() - timedelta(days=2),
            reason="They move.",
            actor=cast.ruth,
        )
        draft = Draft("TIER2", Calendar.objects.get(is_default=True).pk, {})
        wish = ContractWish(date(2033, 1, 1), None, draft)
        waiting = create_contract(customer=cast.bayview, wish=wish, actor=cast.ruth)
        request = send_for_signature(contract=waiting, actor=cast.ruth)
    with provider_scope(provider_id=cast.calcom.pk):
        loose = Clause.objects.create(
            provider=cast.calcom, code="LOOSE", title="Loose", wording="Not in a tier."
        )
        product = ProductModel.objects.create(
            provider=cast.calcom, vendor="Panasonic", model="KX-NS700", kind="pbx"
        )
        row = TierClause.objects.get(tier=tier, clause__code="TRAINING")
    return {
        "signed": cast.contract.pk,
        "renewable": renewable.pk,
        "ending": ending.pk,
        "later": later.pk,
        "waiting": request.pk,
        "loose_clause": loose.pk,
        "row": row.pk,
        "product_model": product.pk,
        "warranty": build_warranty(cast.contract, cast.phone_system).pk,
    }


def labour(cast: Cast) -> dict[str, Any]:
    """Let Dana work on a ticket twice; Elena asks about the second time."""
    with acting(cast.elena):
        ticket = open_ticket(request=request_of(cast), actor=cast.elena)
    with acting(cast.dana) as scope:
        first, second = (
            log_labour(
                ticket=ticket,
                facts=LabourFacts(Work.TRAINING, end - timedelta(hours=1), end),
                actor=cast.dana,
            )
            for end in (scope.now - timedelta(hours=2), scope.now)
        )
    with acting(cast.elena):
        ask_about_labour(entry=second, text="Was this training?", actor=cast.elena)
    return {
        "worked_ref": ticket.reference,
        "entry": first.pk,
        "asked_entry": second.pk,
        "lately": f"{scope.now.date() - timedelta(days=2):%Y-%m-%d}",
        "soon": f"{scope.now.date() + timedelta(days=30):%Y-%m-%d}",
    }
