"""Tickets, their facts and clocks, and the conversation."""

from tickets.models.clock import Clock, Fact, Rung, Verdict
from tickets.models.talk import Attachment, Message
from tickets.models.ticket import Kind, Ticket, TicketCounter, Watcher

__all__ = [
    "Attachment",
    "Clock",
    "Fact",
    "Kind",
    "Message",
    "Rung",
    "Ticket",
    "TicketCounter",
    "Verdict",
    "Watcher",
]
