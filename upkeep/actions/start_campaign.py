"""Starting a campaign: customers are told or asked, and from its first day on devices follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket, reply_to_ticket
from tickets.models import Kind, Ticket
from upkeep.actions._campaigns import hurry, lock_campaign
from upkeep.models import Campaign, CampaignState, FirmwareUpdate, Method, UpdateState
from upkeep.updating.answers import state_when_agreed
from upkeep.updating.notices import tell_customer
from upkeep.updating.planning import AGREED, agree
from upkeep.updating.words import announcement

WORKER = "Firmware"


@transaction.atomic
def start_campaign(*, campaign: Campaign, actor: Viewer) -> Campaign:
    """Announce it, one ticket a customer, and ask whoever has to agree.

    What no contract pays for needs the customer's consent always. Raises NotAllowed; RuleBroken
    unless it is a draft with a device in it, and where no price list says what an update is worth.
    """
    actor.require(Capability.MANAGE_FIRMWARE)
    campaign = lock_campaign(campaign, CampaignState.DRAFT)
    by_customer = defaultdict(list)
    rows = FirmwareUpdate.objects.select_for_update(of=("self",)).filter(campaign=campaign)
    rows = rows.filter(state=UpdateState.DRAFT.value).select_related("device__site", "customer")
    for update in rows.order_by("pk"):
        by_customer[update.customer_id].append(update)
    if not by_customer:
        raise RuleBroken(
            f"Every device of “{campaign.title}” is left out.", remedy="Plan another campaign."
        )
    now = database_now()
    campaign.state, campaign.started_at = CampaignState.RUNNING.value, now
    campaign.save(update_fields=["state", "started_at"])
    for updates in by_customer.values():
        _announce(campaign, updates, actor)
    record(actor, "campaign.started", campaign, id=campaign.pk, customers=len(by_customer))
    hurry()
    return campaign


def _announce(campaign: Campaign, updates: Sequence[FirmwareUpdate], actor: Viewer) -> None:
    ticket = _ticket_for(campaign, updates, actor)
    now = database_now()
    for update in updates:
        agree(update, campaign.charged_minutes, now)
        _refuse_priceless(update)
        update.asks_consent = campaign.asks_consent or not update.is_covered
        update.ticket = ticket
        asking = UpdateState.ASKING.value
        update.state = asking if update.asks_consent else state_when_agreed(update)
        update.save(update_fields=[*AGREED, "asks_consent", "ticket", "state"])
    # The announcement is a person's word, and so the response to the ticket.
    reply_to_ticket(ticket=ticket, text=announcement(campaign, updates), actor=actor)
    tell_customer(campaign, updates)


def _refuse_priceless(update: FirmwareUpdate) -> None:
    if update.method != Method.HAND and update.unit_price is None:
        raise RuleBroken(
            "There is no price list for today, so nobody can say what an update is worth.",
            remedy="Ask an administrator to publish one under Labour rates.",
        )


def _ticket_for(campaign: Campaign, updates: Sequence[FirmwareUpdate], actor: Viewer) -> Ticket:
    one = updates[0].device if len(updates) == 1 else None
    request = TicketRequest(
        kind=Kind.FIRMWARE.value,
        subject=f"Firmware update: {campaign.release}"[:200],
        text=campaign.reason,
        customer_id=updates[0].customer_id,
        reporter_id=None,
        priority=Priority.MINOR,
        priority_reason="Planned work.",
        site_id=one.site_id if one else None,
        device_id=one.pk if one else None,
    )
    worker = Viewer.system(WORKER, provider_id=actor.provider_id)
    return open_ticket(request=request, actor=worker)
