"""Sending over a real SMTP server: at least once, never twice without need, never for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Membership
from calcom_portal.common.tenancy import system_scope
from notifications import leases, sending
from notifications.channels.mail import MailChannel
from notifications.leases import lease
from notifications.mails import build_mail
from notifications.models import Notice, NoticeState, Outcome
from notifications.sending import send_notices
from tests.cast import Cast
from tests.notifications.drafts import (
    ALERT,
    NEWS,
    NOTE,
    address_of,
    alarms,
    change,
    draft_for,
    notices,
    queue,
    queue_for,
    states,
    tries,
)
from tests.notifications.smtp_sink import HANG_UP, Sink
from tests.plans import plans_of

HOUR = timedelta(hours=1)


def due_again(notice: Notice) -> None:
    """Let the wait of a notice be over."""
    change(notice, not_before=notice.created_at)


def test_a_notice_is_sent_once_and_the_try_is_written_down(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena)
    assert send_notices() == 1
    assert send_notices() == 0
    (taken,) = sink.taken
    assert taken.recipients == (address_of(cast.elena),)
    assert states() == ["sent"]
    assert tries() == [("sent", "")]


def test_the_outbox_is_read_in_order_however_old_the_statistics_are(cast: Cast) -> None:
    with plans_of("SKIP LOCKED") as plans:
        lease(100)
    assert "Index Scan using notice_to_send" in plans[0]
    assert "Sort" not in plans[0]


def test_one_connection_carries_many_messages(cast: Cast, sink: Sink) -> None:
    queue(*[draft_for(cast.elena, f"e:{n}") for n in range(20)], provider_id=cast.calcom.pk)
    assert send_notices(limit=7) == 20
    assert (len(sink.taken), sink.connections) == (20, 1)


def test_what_one_sweep_found_for_one_person_travels_as_one_mail(cast: Cast, sink: Sink) -> None:
    drafts = [
        draft_for(person, f"e:{n}", digest_key="sweep:1", payload={"reference": f"CC-{n}"})
        for n in (1, 2, 3)
        for person in (cast.elena, cast.amit)
    ]
    queue(*drafts, provider_id=cast.calcom.pk)
    # Even a limit in the middle of a digest does not cut it.
    assert send_notices(limit=2) == 2
    by_reader = {taken.recipients[0]: taken.message for taken in sink.taken}
    assert set(by_reader) == {address_of(cast.elena), address_of(cast.amit)}
    message = by_reader[address_of(cast.elena)]
    assert message["Subject"] == "3 updates from CalCom"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for number in (1, 2, 3):
        assert f"* [CC-{number}] No dial tone" in text
    assert states() == ["sent"] * 6


def test_a_storm_names_every_ticket_in_few_mails(cast: Cast, sink: Sink) -> None:
    drafts = [
        draft_for(cast.priya, f"e:{n}", digest_key="sweep:1", subject_ref=f"CC-{n}")
        for n in range(2000)
    ]
    queue(*drafts, provider_id=cast.calcom.pk)
    assert send_notices() == 1
    text = sink.taken[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "and 1900 more: CC-100, CC-101" in text.replace("\n", " ")
    assert "CC-1999" in text


def test_an_alert_overtakes_what_is_not_urgent(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena, "e:1", payload={"subject": "first"})
    queue_for(cast.dana, "e:2", kind=ALERT, payload={"subject": "urgent"})
    send_notices()
    assert [taken.message["Subject"] for taken in sink.taken] == [
        "[CC-1042] urgent",
        "[CC-1042] first",
    ]


def test_the_network_is_never_used_inside_a_transaction(
    committed_cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    send = MailChannel.send

    def watched(self: MailChannel, message: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return send(self, message)

    monkeypatch.setattr(MailChannel, "send", watched)
    queue_for(committed_cast.elena)
    assert send_notices() == 1
    assert seen == [False]


def test_a_second_sender_goes_home_while_one_is_at_work(committed_cast: Cast, sink: Sink) -> None:
    queue_for(committed_cast.elena)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [sending.SENDER_LOCK])
        assert send_notices() == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [sending.SENDER_LOCK])
    other.close()
    assert send_notices() == 1


def test_two_leases_never_share_a_notice(committed_cast: Cast) -> None:
    queue(
        *[draft_for(committed_cast.elena, f"e:{n}") for n in range(6)],
        provider_id=committed_cast.calcom.pk,
    )
    first, second, third = lease(4), lease(4), lease(4)
    assert [len(haul.bundles) for haul in (first, second, third)] == [4, 2, 0]


def test_a_result_counts_only_while_the_lease_is_ours(cast: Cast, sink: Sink) -> None:
    notice = queue_for(cast.elena)
    (bundle,) = lease(10).bundles
    other = uuid4()
    change(notice, lease_token=other)
    assert leases.finish(bundle, Outcome.SENT, "") == 0
    (row,) = notices()
    assert (row.state, row.lease_token) == ("leased", other)
    # The mail did go out: that stays on record.
    assert tries() == [("sent", "")]


def test_a_sender_that_died_after_250_is_repeated_under_the_same_message_id(
    cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = queue_for(cast.elena)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "finish", _die)
        with pytest.raises(KeyboardInterrupt):
            send_notices()
    assert (states(), len(sink.taken)) == (["leased"], 1)
    assert send_notices() == 0, "the lease still runs"
    change(notice, lease_until=notice.created_at - HOUR)
    assert send_notices() == 1
    first, second = sink.taken
    assert first.message["Message-ID"] == second.message["Message-ID"] != ""
    assert states() == ["sent"]


def _die(*_: object) -> int:
    raise KeyboardInterrupt


def test_a_digest_is_repeated_as_it_was_although_more_has_happened(cast: Cast, sink: Sink) -> None:
    drafts = [draft_for(cast.elena, f"e:{n}", digest_key="sweep:1") for n in (1, 2)]
    queue(*drafts, provider_id=cast.calcom.pk)
    sink.at_data["*"] = "451 try again"
    send_notices()
    sink.at_data.clear()
    queue(draft_for(cast.elena, "e:3", digest_key="sweep:1"), provider_id=cast.calcom.pk)
    for notice in notices():
        due_again(notice)
    assert send_notices() == 2
    assert sorted(taken.message["Subject"] for taken in sink.taken) == [
        "2 updates from CalCom",
        "[CC-1042] No dial tone",
    ]


def test_a_refusal_for_now_is_repeated_later(cast: Cast, sink: Sink) -> None:
    notice = queue_for(cast.elena)
    sink.at_recipient["*"] = "450 4.2.0 greylisted, try again"
    assert send_notices() == 0
    (row,) = notices()
    assert (row.state, row.attempts) == ("ready", 1)
    assert timedelta(seconds=3) < row.not_before - notice.created_at < timedelta(seconds=12)
    assert row.last_error == "450 4.2.0 greylisted, try again"
    assert tries() == [("deferred", "450 4.2.0 greylisted, try again")]
    assert send_notices() == 0, "not before its time"
    assert len(tries()) == 1
    sink.at_recipient.clear()
    due_again(notice)
    assert send_notices() == 1


def test_after_eight_refusals_a_notice_is_given_up_and_somebody_is_told(
    cast: Cast, sink: Sink
) -> None:
    notice = queue_for(cast.elena)
    sink.at_recipient["*"] = "450 mailbox busy"
    for _ in range(8):
        due_again(notice)
        send_notices()
    assert states() == ["dead"]
    assert len(tries()) == 8
    assert alarms() == [("undelivered", address_of(cast.elena))]


@pytest.mark.parametrize("stage", ["at_recipient", "at_data"])
def test_a_refusal_for_good_is_not_repeated(cast: Cast, sink: Sink, stage: str) -> None:
    getattr(sink, stage)[address_of(cast.elena)] = "550 5.1.1 no such user"
    queue_for(cast.elena, "e:1")
    queue_for(cast.amit, "e:2")
    assert send_notices() == 1, "the next person still gets theirs"
    assert states() == ["dead", "sent"]
    assert tries()[0] == ("refused", "550 5.1.1 no such user")
    assert alarms() == [("undelivered", address_of(cast.elena))]


def test_a_server_that_hangs_up_costs_the_others_nothing(cast: Cast, sink: Sink) -> None:
    sink.at_data[address_of(cast.elena)] = HANG_UP
    queue_for(cast.elena, "e:1")
    queue_for(cast.amit, "e:2")
    assert send_notices() == 1
    assert states() == ["ready", "sent"]
    assert tries()[0][0] == "unavailable"


def test_a_server_that_is_away_is_asked_once_and_no_try_is_counted_for_the_rest(
    cast: Cast, sink: Sink, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    queue(*[draft_for(cast.elena, f"e:{n}") for n in range(5)], provider_id=cast.calcom.pk)
    assert send_notices() == 0
    assert states() == ["ready"] * 5
    assert sorted(notice.attempts for notice in notices()) == [0, 0, 0, 0, 1]
    assert len(tries()) == 1
    assert alarms() == [], "a short absence needs nobody"


def test_a_server_that_stays_away_raises_an_alarm_that_ends_by_itself(
    cast: Cast, sink: Sink, settings: Any
) -> None:
    notice = queue_for(cast.elena)
    change(notice, created_at=notice.created_at - HOUR, not_before=notice.created_at - HOUR)
    settings.EMAIL_PORT = 1
    send_notices()
    assert alarms() == [("mail-server", "Mail server")]
    assert states() == ["ready"], "that is not the notice's fault: it is kept"
    settings.EMAIL_PORT = sink.port
    due_again(notice)
    assert send_notices() == 1
    assert alarms() == []


def test_a_server_that_drips_is_cut_off(cast: Cast, sink: Sink) -> None:
    sink.delay = 3.0
    queue_for(cast.elena)
    with MailChannel(patience=timedelta(seconds=0.4)) as channel:
        (bundle,) = lease(1).bundles
        result = channel.send(build_mail(bundle))
    assert result.outcome is Outcome.UNAVAILABLE


def test_what_there_is_no_time_for_is_given_back_untouched(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena)
    assert send_notices(budget=timedelta(0)) == 0
    (row,) = notices()
    assert (row.state, row.attempts, row.lease_token) == ("ready", 0, None)
    assert tries() == []


def test_a_muted_kind_is_not_sent_but_what_cannot_be_muted_is(cast: Cast, sink: Sink) -> None:
    _mute(cast, NEWS.code, NOTE.code, ALERT.code)
    for number, kind in enumerate((NEWS, NOTE, ALERT)):
        queue_for(cast.dana, f"e:{number}", kind=kind)
    assert send_notices() == 2
    assert states() == ["muted", "sent", "sent"]


def _mute(cast: Cast, *codes: str) -> None:
    with system_scope("a test arranges"):
        people = Membership.objects.filter(pk=cast.dana.membership_id or 0)
        people.update(notices={"muted": list(codes)})


def test_somebody_who_has_left_gets_no_mail(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena)
    with system_scope("a test arranges"):
        Membership.objects.filter(pk=cast.elena.membership_id or 0).update(is_active=False)
    assert send_notices() == 0
    (row,) = notices()
    assert (row.state, row.last_error) == (
        NoticeState.DEAD,
        "This person no longer has access to the portal.",
    )
    assert sink.taken == []


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(
    cast: Cast, sink: Sink, kinds_of_the_tests: dict[str, Any]
) -> None:
    queue_for(cast.elena, "e:1", kind=NOTE)
    queue_for(cast.elena, "e:2", kind=NEWS)
    del kinds_of_the_tests[NOTE.code]
    assert send_notices() == 1
    assert states() == ["dead", "sent"]
    assert alarms() == [("undelivered", address_of(cast.elena))]
