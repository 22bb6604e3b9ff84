"""What a customer's own SQL reaches around a ticket: the database refuses, whatever the code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from calcom_portal.common.files import IncomingFile
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import nothing_changes, opened
from tickets.actions import add_note, reply_to_ticket
from tickets.models import Ticket

SECRET_WORDS = "The customer pays late."
INSERT_MESSAGE = """
INSERT INTO tickets_message
       (provider_id, customer_id, ticket_id, author_id, author_name, from_staff, internal, text,
        html, created_at)
VALUES (%(provider)s, %(customer)s, %(ticket)s, %(author)s, 'Elena Moreno', false, %(internal)s,
        'x', 'x', now())
"""
INSERT_ATTACHMENT = """
INSERT INTO tickets_attachment
       (provider_id, customer_id, ticket_id, message_id, internal, name, media_type, size, sha256,
        created_at)
VALUES (%(provider)s, %(customer)s, %(ticket)s, %(message)s, %(internal)s, 'x', 'text/plain', 1,
        'x', now())
"""


def rows(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def change(sql: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(ProgrammingError, match=words), transaction.atomic():
        yield


def file(name: str, content: bytes) -> IncomingFile:
    return IncomingFile(name, len(content), lambda: BytesIO(content))


@pytest.fixture
def talked_about(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket with a note and a reply, each with a file."""
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        note, photo = (file("note.txt", b"secret"), file("photo.txt", b"public"))
        add_note(ticket=ticket, text=SECRET_WORDS, files=[note], actor=cast.dana)
        reply_to_ticket(ticket=ticket, text="We come.", files=[photo], actor=cast.dana)
    return ticket


def test_staff_read_the_note_and_its_file(cast: Cast, talked_about: Ticket) -> None:
    with acting(cast.dana):
        assert rows("SELECT text FROM tickets_message WHERE internal") == [(SECRET_WORDS,)]
        assert rows("SELECT name FROM tickets_attachment WHERE internal") == [("note.txt",)]


def test_for_a_customer_neither_note_nor_its_file_exists(cast: Cast, talked_about: Ticket) -> None:
    with acting(cast.elena):
        assert rows("SELECT 1 FROM tickets_message WHERE internal") == []
        assert rows("SELECT 1 FROM tickets_message WHERE text = %s", SECRET_WORDS) == []
        assert rows("SELECT name FROM tickets_attachment") == [("photo.txt",)]
        messages = {text for (text,) in rows("SELECT text FROM tickets_message")}
    assert messages == {"Both front desk phones are dead.", "We come."}


@pytest.mark.parametrize("who", ["sam", "kim", "nora"])
def test_for_others_the_ticket_and_all_below_it_do_not_exist(
    cast: Cast, talked_about: Ticket, who: str
) -> None:
    with acting(getattr(cast, who)):
        for table in ("ticket", "message", "attachment", "fact", "clock", "verdict", "watcher"):
            assert rows(f"SELECT 1 FROM tickets_{table}") == [], table


@pytest.mark.parametrize(
    "table",
    [
        "accounts_auditentry",
        "notifications_notice",
        "notifications_delivery",
        "notifications_operatoralarm",
    ],
)
def test_a_customer_may_not_even_ask_for_notices_and_audit_rows(
    cast: Cast, talked_about: Ticket, table: str
) -> None:
    with acting(cast.elena), refused("permission denied"):
        rows(f"SELECT count(*) FROM {table}")


def parameters_of(cast: Cast, ticket: Ticket, **changes: Any) -> dict[str, Any]:
    with acting(cast.dana):
        message = rows("SELECT id FROM tickets_message WHERE text = 'We come.'")[0][0]
    values = {
        "provider": ticket.provider_id,
        "customer": ticket.customer_id,
        "ticket": ticket.pk,
        "author": cast.elena.membership_id,
        "internal": False,
        "message": message,
    }
    return values | changes


def strange(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return what a customer could try to write, by what is wrong with it."""
    return {
        "internal": {"internal": True},
        "another customer's": {"customer": cast.sutter.pk},
        "another provider's": {
            "provider": cast.northline.pk,
            "customer": cast.northline_customer.pk,
        },
    }


@pytest.mark.parametrize("statement", [INSERT_MESSAGE, INSERT_ATTACHMENT])
@pytest.mark.parametrize("wrong", ["internal", "another customer's", "another provider's"])
def test_a_customer_cannot_write_what_is_not_theirs(
    cast: Cast, talked_about: Ticket, statement: str, wrong: str
) -> None:
    values = parameters_of(cast, talked_about, **strange(cast)[wrong])
    with nothing_changes(talked_about), acting(cast.elena), refused("row-level security policy"):
        change(statement, values)


@pytest.mark.parametrize("statement", [INSERT_MESSAGE, INSERT_ATTACHMENT])
def test_the_same_statement_about_their_own_ticket_is_allowed(
    cast: Cast, talked_about: Ticket, statement: str
) -> None:
    # Or else the refusals above would prove nothing.
    values = parameters_of(cast, talked_about)
    with acting(cast.elena):
        change(statement, values)


@pytest.mark.parametrize("table", ["tickets_message", "tickets_attachment"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET internal = false"])
@pytest.mark.parametrize("who", ["elena", "dana"])
def test_what_was_said_is_never_changed_nor_deleted(
    cast: Cast, talked_about: Ticket, who: str, table: str, verb: str
) -> None:
    with nothing_changes(talked_about), acting(getattr(cast, who)), refused("permission denied"):
        change(verb.format(table), {})
