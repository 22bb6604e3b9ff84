"""What people do with notices: choosing them, sending again, clearing alarms."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from accounts.models import AuditEntry, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.access import access_alarm, access_notice
from notifications.actions import choose_notices, clear_alarm, retry_notice
from notifications.alarms import raise_alarm
from notifications.models import Notice, NoticeState, OperatorAlarm
from tests.cast import Cast
from tests.notifications.drafts import ALERT, NEWS, NOTE, change, queue_for
from tests.stage import DatabaseTime, acting
from tests.traces import nothing_changes

JUNE = "2026-06-10T12:00:00-07:00"


def settings_of(viewer: Viewer) -> dict[str, Any]:
    with acting(viewer):
        return dict(Membership.objects.get(pk=viewer.membership_id or 0).notices)


def audit_of(viewer: Viewer, action: str) -> list[dict[str, Any]]:
    with provider_scope(provider_id=viewer.provider_id):
        rows = AuditEntry.objects.filter(action=action).order_by("number")
        return [json.loads(body)["details"] for body in rows.values_list("body", flat=True)]


def all_but(cast: Cast, *codes: str) -> set[str]:
    """Return every kind of the settings page of a technician but `codes`."""
    with acting(cast.dana):
        before = choose_notices(wanted=(), actor=cast.dana)
        choose_notices(wanted=before, actor=cast.dana)
    return set(before) - set(codes)


def test_what_is_not_wanted_is_muted_and_comes_back_when_wanted(cast: Cast) -> None:
    wanted = all_but(cast, NEWS.code)
    with acting(cast.dana):
        assert choose_notices(wanted=wanted, actor=cast.dana) == frozenset({NEWS.code})
    assert settings_of(cast.dana) == {"muted": [NEWS.code]}
    assert audit_of(cast.dana, "notices.chosen")[-1] == {"muted": [NEWS.code]}
    with acting(cast.dana):
        assert choose_notices(wanted={*wanted, NEWS.code}, actor=cast.dana) == frozenset()
    assert settings_of(cast.dana) == {"muted": []}
    assert settings_of(cast.marco) == {}


def test_critical_and_unmutable_kinds_stay_on_whatever_is_sent(cast: Cast) -> None:
    with acting(cast.dana):
        muted = choose_notices(wanted=(), actor=cast.dana)
    assert NEWS.code in muted
    assert not muted & {ALERT.code, NOTE.code, "clock_breached"}


def test_kinds_of_another_role_cannot_be_chosen_away(cast: Cast) -> None:
    with acting(cast.elena):
        muted = choose_notices(wanted=(), actor=cast.elena)
    assert "ticket_received" in muted
    assert "ticket_opened" not in muted


def test_choosing_the_same_again_is_not_written_down(cast: Cast) -> None:
    wanted = all_but(cast, NEWS.code)
    with acting(cast.dana):
        choose_notices(wanted=wanted, actor=cast.dana)
    with nothing_changes(cast, Notice, OperatorAlarm, Membership), acting(cast.dana):
        choose_notices(wanted=wanted, actor=cast.dana)


def test_a_viewer_who_is_no_person_has_nothing_to_choose(cast: Cast) -> None:
    worker = Viewer(name="A worker", role=cast.ruth.role, provider_id=cast.calcom.pk)
    with (
        nothing_changes(cast, Notice, OperatorAlarm, Membership),
        acting(cast.ruth),
        pytest.raises(Missing, match="Only people"),
    ):
        choose_notices(wanted=(), actor=worker)


def test_a_notice_that_was_given_up_is_sent_again_from_the_first_try(
    cast: Cast, database_time: DatabaseTime
) -> None:
    moment = database_time.set(JUNE)
    notice = queue_for(cast.elena)
    change(notice, state=NoticeState.DEAD, attempts=5, last_error="550 no such user")
    with acting(cast.ruth):
        retry_notice(notice=notice, actor=cast.ruth)
        stored = access_notice(cast.ruth, notice.pk)
    assert (stored.state, stored.attempts, stored.not_before, stored.last_error) == (
        NoticeState.READY,
        0,
        moment,
        "",
    )
    assert stored.dedupe_key == notice.dedupe_key
    assert audit_of(cast.ruth, "notice.retried") == [{"kind": NEWS.code}]


@pytest.mark.parametrize("state", [state for state in NoticeState if state is not NoticeState.DEAD])
def test_only_what_was_given_up_is_sent_again(cast: Cast, state: NoticeState) -> None:
    notice = queue_for(cast.elena)
    change(notice, state=state)
    with (
        nothing_changes(cast, Notice, OperatorAlarm, Membership),
        acting(cast.ruth),
        pytest.raises(RuleBroken, match="has not been given up"),
    ):
        retry_notice(notice=notice, actor=cast.ruth)


def alarm_of(cast: Cast) -> OperatorAlarm:
    with system_scope("a test arranges"):
        raise_alarm(cast.calcom.pk, "undelivered", "elena@bayview.example", "550 no such user")
        return OperatorAlarm.objects.get(provider_id=cast.calcom.pk)


def test_an_alarm_is_cleared_once(cast: Cast, database_time: DatabaseTime) -> None:
    moment = database_time.set(JUNE)
    alarm = alarm_of(cast)
    with acting(cast.ruth):
        clear_alarm(alarm=alarm, actor=cast.ruth)
        assert OperatorAlarm.objects.get(pk=alarm.pk).cleared_at == moment
        with pytest.raises(Missing):
            access_alarm(cast.ruth, alarm.pk)
    with nothing_changes(cast, Notice, OperatorAlarm, Membership), acting(cast.ruth):
        clear_alarm(alarm=alarm, actor=cast.ruth)
    assert audit_of(cast.ruth, "alarm.cleared") == [{"kind": "undelivered"}]


@pytest.mark.parametrize("who", ["elena", "amit", "dana"])
def test_people_without_the_outbox_neither_send_again_nor_clear(cast: Cast, who: str) -> None:
    viewer: Viewer = getattr(cast, who)
    notice, alarm = queue_for(cast.elena), alarm_of(cast)
    change(notice, state=NoticeState.DEAD)
    for act in (partial(retry_notice, notice=notice), partial(clear_alarm, alarm=alarm)):
        with (
            nothing_changes(cast, Notice, OperatorAlarm, Membership),
            acting(viewer),
            pytest.raises(NotAllowed),
        ):
            act(actor=viewer)


def test_a_rival_reaches_neither_notice_nor_alarm(cast: Cast) -> None:
    notice, alarm = queue_for(cast.elena), alarm_of(cast)
    change(notice, state=NoticeState.DEAD)
    with nothing_changes(cast, Notice, OperatorAlarm, Membership), acting(cast.nils):
        with pytest.raises(Missing):
            access_notice(cast.nils, notice.pk)
        with pytest.raises(Missing):
            access_alarm(cast.nils, alarm.pk)
        with pytest.raises(Notice.DoesNotExist):
            retry_notice(notice=notice, actor=cast.nils)
        clear_alarm(alarm=alarm, actor=cast.nils)
