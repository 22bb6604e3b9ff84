"""The mail itself: words, headers, and what hostile values cannot do to them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from accounts.letters import token_of
from accounts.models import Membership, Provider
from calcom_portal.common.tenancy import system_scope
from notifications.invitations import INVITATION
from notifications.mails import one_line
from notifications.sending import send_notices
from tests.cast import Cast
from tests.notifications.drafts import (
    ALERT,
    address_of,
    change,
    draft_for,
    notices,
    queue,
    queue_for,
    states,
)
from tests.notifications.smtp_sink import Sink

HOSTILE = [
    "x\r\nBcc: victim@evil.example",
    "x\nBcc: victim@evil.example\n\nBody of mine",
    "\r\n\r\n<script>alert(1)</script>",
    "x\u2028Bcc: victim@evil.example",
    "x\x0b\x0cBcc: victim@evil.example\x85Cc: victim@evil.example",
    '"a" <victim@evil.example>, ',
    "victim@evil.example, other@evil.example",
    "=?utf-8?q?x=0ABcc:_victim@evil.example?=",
    "<%s> {{ portal_url }} {% now 'Y' %} ${x}",
]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_says_who_writes_and_that_a_machine_does(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena)
    send_notices()
    (taken,) = sink.taken
    message = taken.message
    assert message["From"] == "CalCom <service@calcom.example>"
    assert message["To"] == f"Elena Moreno <{address_of(cast.elena)}>"
    assert message["Subject"] == "[CC-1042] No dial tone"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == "<notices.calcom.portal.calcom.example>"
    assert message["Precedence"] is None
    assert message["Message-ID"].endswith("@portal.calcom.example>")
    assert "Hello Elena Moreno," in text_of(message)
    assert "Dana looks into it." in text_of(message)


def test_mail_about_one_ticket_stands_in_one_thread_for_everybody(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena, "e:1")
    queue_for(cast.elena, "e:2")
    queue_for(cast.elena, "e:3", subject_ref="CC-1043")
    send_notices()
    roots = [taken.message["References"] for taken in sink.taken]
    assert roots[0] == roots[1] != roots[2]
    assert len({taken.message["Message-ID"] for taken in sink.taken}) == 3


def test_times_are_spelt_in_the_readers_zone(cast: Cast, sink: Sink) -> None:
    notice = queue_for(cast.elena, payload={"due": "2026-06-16T16:00:00+00:00"})
    change(notice, created_at="2026-06-15T21:38:00+00:00")
    send_notices()
    assert "Dana looks into it. by Tue 16 Jun, 09:00 PDT" in text_of(sink.taken[0].message)


def test_a_path_becomes_a_link_into_the_portal(cast: Cast, sink: Sink, settings: Any) -> None:
    settings.PORTAL_URL = "https://portal.calcom.example"
    queue_for(cast.elena, payload={"url": "/tickets/CC-1042/", "url_label": "Open the ticket"})
    send_notices()
    message = sink.taken[0].message
    assert "Open the ticket: https://portal.calcom.example/tickets/CC-1042/" in text_of(message)
    assert 'href="https://portal.calcom.example/tickets/CC-1042/"' in html_of(message)


def test_an_alert_carries_a_link_to_confirm_it_and_others_do_not(cast: Cast, sink: Sink) -> None:
    queue_for(cast.dana, "e:1", kind=ALERT)
    queue_for(cast.dana, "e:2")
    send_notices()
    assert ["/acknowledge/" in text_of(taken.message) for taken in sink.taken] == [True, False]


def test_text_is_plain_and_html_is_escaped(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena, payload={"subject": "A & B <i>", "text": "<b>Tom & Ann's</b>"})
    send_notices()
    message = sink.taken[0].message
    assert message["Subject"] == "[CC-1042] A & B <i>"
    assert "<b>Tom & Ann's</b>" in text_of(message)
    assert "&lt;b&gt;Tom &amp; Ann&#x27;s&lt;/b&gt;" in html_of(message)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_adds_a_header_or_a_recipient(cast: Cast, sink: Sink, value: str) -> None:
    with system_scope("a test arranges"):
        Membership.objects.filter(pk=cast.elena.membership_id or 0).update(name=value[:120])
        Provider.objects.filter(pk=cast.calcom.pk).update(name=value[:120])
    queue_for(cast.elena, payload={"subject": value, "reference": value, "text": value})
    queue(
        *[
            draft_for(cast.elena, f"d:{n}", digest_key="d", payload={"subject": value})
            for n in (1, 2)
        ],
        provider_id=cast.calcom.pk,
    )
    assert send_notices() == 2
    for taken in sink.taken:
        assert taken.recipients == (address_of(cast.elena),)
        assert taken.sender == "service@calcom.example"
        assert sorted(taken.message.keys()) == [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "In-Reply-To",
            "List-Id",
            "MIME-Version",
            "Message-ID",
            "References",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
        ]
        assert [one.addr_spec for one in taken.message["To"].addresses] == [address_of(cast.elena)]
        assert [one.addr_spec for one in taken.message["From"].addresses] == [
            "service@calcom.example"
        ]
    assert states() == ["sent"] * 3


@pytest.mark.parametrize(
    "address", ["x\r\nRCPT TO:<victim@evil.example>", "a@b.example, c@d.example", "nobody", "@"]
)
def test_an_address_that_is_none_is_given_up_and_reaches_nobody(
    cast: Cast, sink: Sink, address: str
) -> None:
    with system_scope("a test arranges"):
        Membership.objects.filter(pk=cast.elena.membership_id or 0).update(email=address)
    queue_for(cast.elena)
    assert send_notices() == 0
    assert states() == ["dead"]
    assert sink.taken == []


def test_one_line_keeps_words_and_drops_what_breaks_lines() -> None:
    assert one_line("  No dial\r\n tone\x00\u202e at\u2028desk ") == "No dial tone at desk"


def test_an_invitation_reaches_an_address_and_its_link_stays_out_of_the_outbox(
    cast: Cast, sink: Sink
) -> None:
    draft = draft_for(
        cast.dana,
        "invitation:abc",
        recipient_id=None,
        address="new.person@bayview.example",
        kind=INVITATION,
        subject_ref="",
        payload={
            "nonce": "abc",
            "invited_by": "Ruth Lindqvist",
            "company": "Bayview Dental Group",
            "expires_at": "2026-12-01T12:00:00+00:00",
        },
    )
    queue(draft, provider_id=cast.calcom.pk)
    assert send_notices() == 1
    (taken,) = sink.taken
    assert taken.recipients == ("new.person@bayview.example",)
    assert f"/invitation/{token_of('abc')}/" in text_of(taken.message)
    assert token_of("abc") not in str(notices()[0].payload)
