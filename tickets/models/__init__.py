"""Tickets, their facts and clocks, the conversation, labour and statements."""

from tickets.models.clock import Clock, Fact, Rung, Verdict
from tickets.models.labour import Cause, LabourEntry, LabourLine, LabourQuestion, LabourTimer
from tickets.models.statement import Statement, StatementLine, StatementLineKind
from tickets.models.talk import Attachment, Message
from tickets.models.ticket import Kind, Ticket, TicketCounter, Watcher
from tickets.models.words import TicketWord

__all__ = [
    "Attachment",
    "Cause",
    "Clock",
    "Fact",
    "Kind",
    "LabourEntry",
    "LabourLine",
    "LabourQuestion",
    "LabourTimer",
    "Message",
    "Rung",
    "Statement",
    "StatementLine",
    "StatementLineKind",
    "Ticket",
    "TicketCounter",
    "TicketWord",
    "Verdict",
    "Watcher",
]
