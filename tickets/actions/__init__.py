"""What can be done to a ticket: one verb a file."""

from tickets.actions.add_note import add_note
from tickets.actions.answer_labour_question import answer_labour_question
from tickets.actions.approve_change import approve_change
from tickets.actions.ask_about_labour import ask_about_labour
from tickets.actions.assign_ticket import assign_ticket
from tickets.actions.change_priority import change_priority
from tickets.actions.claim_ticket import claim_ticket
from tickets.actions.close_recovered import close_recovered
from tickets.actions.close_ticket import close_ticket
from tickets.actions.correct_labour import correct_labour
from tickets.actions.discard_timer import discard_timer
from tickets.actions.hold_ticket import hold_ticket, pauses_resolve_clock
from tickets.actions.issue_statement import issue_statement
from tickets.actions.log_agreed_labour import log_agreed_labour
from tickets.actions.log_call import log_call
from tickets.actions.log_labour import log_labour
from tickets.actions.merge_tickets import merge_tickets
from tickets.actions.open_ticket import TicketRequest, open_ticket
from tickets.actions.override_labour import override_labour
from tickets.actions.reopen_ticket import may_reopen, reopen_ticket
from tickets.actions.reply_to_ticket import reply_to_ticket
from tickets.actions.report_on_ticket import report_on_ticket
from tickets.actions.resolve_ticket import resolve_ticket
from tickets.actions.resume_ticket import resume_ticket
from tickets.actions.schedule_ticket import schedule_ticket
from tickets.actions.start_timer import start_timer
from tickets.actions.strike_labour import strike_labour
from tickets.actions.unmerge_ticket import unmerge_ticket
from tickets.actions.watch_ticket import unwatch_ticket, watch_ticket

__all__ = [
    "TicketRequest",
    "add_note",
    "answer_labour_question",
    "approve_change",
    "ask_about_labour",
    "assign_ticket",
    "change_priority",
    "claim_ticket",
    "close_recovered",
    "close_ticket",
    "correct_labour",
    "discard_timer",
    "hold_ticket",
    "issue_statement",
    "log_agreed_labour",
    "log_call",
    "log_labour",
    "may_reopen",
    "merge_tickets",
    "open_ticket",
    "override_labour",
    "pauses_resolve_clock",
    "reopen_ticket",
    "reply_to_ticket",
    "report_on_ticket",
    "resolve_ticket",
    "resume_ticket",
    "schedule_ticket",
    "start_timer",
    "strike_labour",
    "unmerge_ticket",
    "unwatch_ticket",
    "watch_ticket",
]
