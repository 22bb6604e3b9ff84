"""The conversation: public replies, internal notes, files."""

from __future__ import annotations

from django.db import models

from accounts.models import Membership
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from tickets.models.ticket import Ticket


class Message(CustomerOwned):
    """A public reply or an internal note, as written (markdown) and as shown (sanitised HTML)."""

    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="messages")
    author = OwnedForeignKey(Membership, null=True, related_name="+")
    author_name = models.CharField(max_length=120)
    from_staff = models.BooleanField()
    internal = models.BooleanField(default=False)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        indexes = (models.Index(fields=["provider", "ticket", "id"], name="message_of_ticket"),)


class Attachment(CustomerOwned):
    """A file of a message. The bytes lie on disk under their SHA-256, outside the web root.

    `internal` repeats the message's, so that the row policy keeps customers from files of notes.
    """

    message = OwnedForeignKey(Message, related_name="attachments")
    reached_through = "ticket"

    ticket = OwnedForeignKey(Ticket, related_name="+")
    internal = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        indexes = (
            models.Index(fields=["provider", "message"], name="attachment_of_message"),
            models.Index(fields=["provider", "ticket"], name="attachment_of_ticket"),
        )
