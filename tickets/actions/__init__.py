"""What can be done to a ticket: one verb a file."""

from tickets.actions.add_note import add_note
from tickets.actions.assign_ticket import assign_ticket
from tickets.actions.change_priority import change_priority
from tickets.actions.claim_ticket import claim_ticket
from tickets.actions.close_ticket import close_ticket
from tickets.actions.hold_ticket import hold_ticket, pauses_resolve_clock
from tickets.actions.log_call import log_call
from tickets.actions.merge_tickets import merge_tickets
from tickets.actions.open_ticket import TicketRequest, open_ticket
from tickets.actions.reopen_ticket import may_reopen, reopen_ticket
from tickets.actions.reply_to_ticket import reply_to_ticket
from tickets.actions.resolve_ticket import resolve_ticket
from tickets.actions.resume_ticket import resume_ticket
from tickets.actions.schedule_ticket import schedule_ticket
from tickets.actions.unmerge_ticket import unmerge_ticket
from tickets.actions.watch_ticket import unwatch_ticket, watch_ticket

__all__ = [
    "TicketRequest",
    "add_note",
    "assign_ticket",
    "change_priority",
    "claim_ticket",
    "close_ticket",
    "hold_ticket",
    "log_call",
    "may_reopen",
    "merge_tickets",
    "open_ticket",
    "pauses_resolve_clock",
    "reopen_ticket",
    "reply_to_ticket",
    "resolve_ticket",
    "resume_ticket",
    "schedule_ticket",
    "unmerge_ticket",
    "unwatch_ticket",
    "watch_ticket",
]
