"""What tickets tell the apps below."""

from __future__ import annotations

from accounts.api_scopes import ApiScope
from accounts.capabilities import Capability
from accounts.customer_links import (
    CustomerLink,
    register_customer_link,
)
from accounts.founding import register
from accounts.jobs import register_job
from accounts.room import Resource, register_counter
from accounts.search import register_finder
from contracts.history import register_history
from contracts.impact import (
    register_calendar_follow_up,
    register_cover_follow_up,
    register_impact,
)
from contracts.swapping import register_swap_follow_up
from notifications.kinds import register_kinds
from tickets.comings_and_goings import tell_of_people
from tickets.counting import count_storage
from tickets.device_history import labour_in_history, tickets_in_history
from tickets.finding import find_tickets
from tickets.follow_terms import follow_terms
from tickets.follow_up import moved_deadlines, recount
from tickets.founding import found_counter
from tickets.notices import KINDS
from tickets.statement_jobs import (
    EXPORT,
    ISSUE,
    export_month,
    issue_month,
)
from tickets.statement_notices import ISSUED
from tickets.swaps import follow_device, open_for_device


def wire() -> None:
    """Register everything: once, when all models are loaded."""
    register(found_counter)
    register_finder(10, find_tickets, ApiScope.TICKETS_READ)
    tell_of_people()
    register_counter(Resource.STORAGE, count_storage)
    register_customer_link(CustomerLink("Tickets", "tickets", "message-square"))
    register_customer_link(
        CustomerLink("Statements", "statements", "receipt", Capability.SEE_STATEMENTS)
    )
    register_job(ISSUE, issue_month, needs=Capability.ISSUE_STATEMENTS)
    register_job(EXPORT, export_month, needs=Capability.ISSUE_STATEMENTS)
    register_kinds(*KINDS, ISSUED)
    register_impact(moved_deadlines)
    register_calendar_follow_up(recount)
    register_swap_follow_up(count=open_for_device, follow=follow_device)
    register_history(tickets_in_history)
    register_history(labour_in_history)
    register_cover_follow_up(follow_terms)
