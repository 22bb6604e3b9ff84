"""Alerts that nobody answers climb; one answer stops them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit import verify_audit
from accounts.models import AuditEntry, Membership
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.actions import acknowledge_subject
from notifications.climbing import climb_ladder
from notifications.models import Notice
from notifications.sending import send_notices
from notifications.tokens import acknowledge_token
from tests.cast import Cast
from tests.notifications.drafts import (
    ALERT,
    alarms,
    change,
    draft_for,
    notices,
    queue,
    queue_for,
)
from tests.notifications.smtp_sink import Sink
from tests.stage import acting

HOUR = timedelta(hours=1)


def let_time_run_out() -> None:
    """Put every open deadline, and every sending, an hour back."""
    for notice in notices():
        if notice.acknowledge_by and not notice.climbed_at:
            sent_at = notice.sent_at and notice.sent_at - HOUR
            change(notice, acknowledge_by=notice.created_at - HOUR, sent_at=sent_at)


def told() -> list[tuple[int | None, int]]:
    """Return who was told on which rung, in order."""
    return [(notice.recipient_id, notice.ladder_step) for notice in notices()]


def test_an_unanswered_alert_goes_to_dispatchers_then_administrators_then_to_nobody(
    cast: Cast,
) -> None:
    queue_for(cast.dana, kind=ALERT)
    assert climb_ladder() == 0, "there is still time"
    let_time_run_out()
    assert climb_ladder() == 1
    assert climb_ladder() == 0, "one rung at a time"
    let_time_run_out()
    assert climb_ladder() == 1
    assert told() == [
        (cast.dana.membership_id, 0),
        (cast.priya.membership_id, 1),
        (cast.ruth.membership_id, 2),
    ]
    assert alarms() == []
    let_time_run_out()
    assert climb_ladder() == 1
    assert climb_ladder() == 0
    assert len(told()) == 3
    assert alarms() == [("unanswered", "CC-1042")]


def test_somebody_who_knows_already_is_not_told_again_but_the_next_rung_is(cast: Cast) -> None:
    drafts = [draft_for(person, kind=ALERT) for person in (cast.dana, cast.priya)]
    queue(*drafts, provider_id=cast.calcom.pk)
    let_time_run_out()
    climb_ladder()
    assert told()[2:] == [(cast.ruth.membership_id, 2)]


def test_the_next_one_gets_the_same_words_and_the_usual_time(cast: Cast) -> None:
    queue_for(cast.dana, kind=ALERT, payload={"text": "Deadline missed."})
    let_time_run_out()
    climb_ladder()
    first, second = notices()
    assert second.payload == first.payload
    assert second.critical
    assert second.acknowledge_by is not None
    assert second.acknowledge_by - second.created_at == timedelta(minutes=15)


def test_an_ordinary_notice_never_climbs(cast: Cast) -> None:
    queue_for(cast.dana)
    assert climb_ladder() == 0


def test_after_an_outage_those_who_were_just_told_get_a_fair_chance(cast: Cast, sink: Sink) -> None:
    notice = queue_for(cast.dana, kind=ALERT)
    change(notice, acknowledge_by=notice.created_at - HOUR)
    send_notices()
    assert climb_ladder() == 0, "the mail has only just gone out"
    let_time_run_out()
    assert climb_ladder() == 1


def test_an_alert_that_cannot_be_delivered_climbs_at_once(cast: Cast, sink: Sink) -> None:
    sink.at_recipient["*"] = "550 no such user"
    queue_for(cast.dana, kind=ALERT)
    send_notices()
    assert climb_ladder() == 1
    assert told()[1:] == [(cast.priya.membership_id, 1)]


def test_a_storm_of_alerts_reaches_the_next_one_as_one_mail(cast: Cast, sink: Sink) -> None:
    drafts = [
        draft_for(cast.dana, f"breach:{n}", kind=ALERT, subject_ref=f"CC-{n}") for n in range(30)
    ]
    queue(*drafts, provider_id=cast.calcom.pk)
    let_time_run_out()
    assert climb_ladder() == 30
    with system_scope("a test arranges"):
        Notice.objects.filter(ladder_step=0).update(state="sent")
    assert send_notices() == 1
    assert sink.taken[0].message["Subject"] == "30 updates from CalCom"


def test_the_ladder_stays_within_the_provider(cast: Cast) -> None:
    queue_for(cast.nora, kind=ALERT)
    let_time_run_out()
    climb_ladder()
    assert told()[1:] == [(cast.nils.membership_id, 2)]


def test_opening_the_link_acknowledges_nothing(cast: Cast) -> None:
    notice = queue_for(cast.dana, kind=ALERT, payload={"text": "secret words"})
    page = Client().get(link_of(notice))
    assert page.status_code == 200
    assert b"CC-1042" in page.content
    assert b"secret words" not in page.content
    assert b"No dial tone" not in page.content
    assert notices()[0].acknowledged_at is None


def test_the_button_acknowledges_for_everybody_and_stops_the_ladder(cast: Cast) -> None:
    drafts = [draft_for(person, kind=ALERT) for person in (cast.dana, cast.marco)]
    queue(*drafts, provider_id=cast.calcom.pk)
    for notice in notices():
        change(notice, message_id=f"<{notice.pk}@x>")
    assert Client().post(link_of(notices()[0])).status_code == 200
    assert [row.acknowledged_by_id for row in notices()] == [cast.dana.membership_id] * 2
    let_time_run_out()
    assert climb_ladder() == 0
    with provider_scope(provider_id=cast.calcom.pk):
        entry = AuditEntry.objects.get(action="alert.acknowledged")
        assert (entry.actor_name, entry.subject) == ("Dana Okafor", "CC-1042")
        assert verify_audit(cast.calcom.pk) is None


def test_acknowledging_twice_keeps_the_first_answer(cast: Cast) -> None:
    notice = queue_for(cast.dana, kind=ALERT)
    client = Client()
    client.post(link_of(notice))
    first = notices()[0].acknowledged_at
    client.post(link_of(notice))
    assert notices()[0].acknowledged_at == first
    with provider_scope(provider_id=cast.calcom.pk):
        assert AuditEntry.objects.filter(action="alert.acknowledged").count() == 1


def test_one_answer_covers_all_alerts_of_one_mail_and_no_other(cast: Cast, sink: Sink) -> None:
    drafts = [draft_for(cast.dana, f"e:{n}", kind=ALERT, digest_key="sweep") for n in (1, 2)]
    queue(*drafts, draft_for(cast.dana, "e:3", kind=ALERT), provider_id=cast.calcom.pk)
    send_notices()
    Client().post(link_of(notices()[1]))
    assert [notice.acknowledged_at is not None for notice in notices()] == [True, True, False]


@pytest.mark.parametrize("token", ["1", "MQ:abc:def", "x" * 300])
def test_a_link_that_we_did_not_sign_leads_nowhere(cast: Cast, token: str) -> None:
    queue_for(cast.dana, kind=ALERT)
    for answer in (Client().get(f"/acknowledge/{token}/"), Client().post(f"/acknowledge/{token}/")):
        assert answer.status_code == 404
    assert notices()[0].acknowledged_at is None


def test_the_link_of_somebody_who_has_left_leads_nowhere(cast: Cast) -> None:
    link = link_of(queue_for(cast.dana, kind=ALERT))
    with acting(cast.ruth):
        Membership.objects.filter(pk=cast.dana.membership_id or 0).update(is_active=False)
    assert [Client().get(link).status_code, Client().post(link).status_code] == [404, 404]
    assert notices()[0].acknowledged_at is None


def test_the_button_needs_our_own_page(cast: Cast) -> None:
    notice = queue_for(cast.dana, kind=ALERT)
    assert Client(enforce_csrf_checks=True).post(link_of(notice)).status_code == 403
    assert notices()[0].acknowledged_at is None


def test_working_on_the_ticket_acknowledges_its_alerts_and_ends_the_alarm(cast: Cast) -> None:
    queue_for(cast.dana, kind=ALERT)
    for _ in range(3):
        let_time_run_out()
        climb_ladder()
    assert alarms() == [("unanswered", "CC-1042")]
    with acting(cast.marco):
        assert acknowledge_subject(subject_ref="CC-1042", actor=cast.marco) == 1
    assert {row.acknowledged_by_id for row in notices()} == {cast.marco.membership_id}
    assert alarms() == []


def test_a_rival_does_not_acknowledge_for_us(cast: Cast) -> None:
    queue_for(cast.dana, kind=ALERT)
    with acting(cast.nora):
        assert acknowledge_subject(subject_ref="CC-1042", actor=cast.nora) == 0
    assert notices()[0].acknowledged_at is None


def link_of(notice: Any) -> str:
    return reverse("acknowledge", args=[acknowledge_token(notice.pk)])
