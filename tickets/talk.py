"""Writing a message of the conversation with its files."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.room import Resource, make_room
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile, StoredFile, store_files
from calcom_portal.common.inserted import insert, insert_along
from calcom_portal.common.tenancy import database_now
from calcom_portal.common.text import is_blank
from tickets.markdown import render_markdown
from tickets.models import Attachment, Message, Ticket
from tickets.text import checked_text


def write_message(
    ticket: Ticket,
    text: str,
    actor: Viewer,
    files: Sequence[IncomingFile] = (),
    *,
    internal: bool = False,
) -> Message:
    """Add a message.

    Raises BadInput or TooLarge for a text or a file that cannot be accepted, PlanFull for files
    that the provider's plan has no room for.
    """
    checked_text(text, field="text", what="The text")
    if files:
        make_room(Resource.STORAGE, actor=actor, adding=sum(file.size for file in files))
    stored = store_files(files)
    message = _message(ticket, text, actor, internal=internal)
    insert(message)
    if stored:
        Attachment.objects.bulk_create([_attachment(message, file) for file in stored])
    return message


def begin_talk(ticket: Ticket, text: str, actor: Viewer, files: Sequence[IncomingFile]) -> None:
    """Add the first message of a new ticket, as `write_message` does; none without any word."""
    if files:
        write_message(ticket, text, actor, files)
    elif not is_blank(text):
        checked_text(text, field="text", what="The text")
        insert_along(_message(ticket, text, actor, internal=False))


def _message(ticket: Ticket, text: str, actor: Viewer, *, internal: bool) -> Message:
    return Message(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        author_id=actor.membership_id,
        author_name=actor.name[:120],
        from_staff=not actor.is_customer,
        internal=internal,
        text=text,
        html=render_markdown(text),
        created_at=database_now(),
    )


def _attachment(message: Message, file: StoredFile) -> Attachment:
    return Attachment(
        provider_id=message.provider_id,
        customer_id=message.customer_id,
        message=message,
        ticket_id=message.ticket_id,
        internal=message.internal,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        created_at=message.created_at,
    )
