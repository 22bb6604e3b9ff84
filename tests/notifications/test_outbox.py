"""Queueing: what is owed to whom, exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import customer_scope, provider_scope
from notifications.kinds import NoticeKind
from notifications.outbox import queue_notices
from tests.cast import Cast
from tests.notifications.drafts import ALERT, draft_for, notices, queue

UNKNOWN = NoticeKind("test_unknown", "Unknown", "Tests", "mail_tests/news")


def test_the_same_event_is_told_to_the_same_person_once(cast: Cast) -> None:
    drafts = [draft_for(cast.elena), draft_for(cast.amit), draft_for(cast.elena)]
    assert queue(*drafts, provider_id=cast.calcom.pk) == 2
    assert queue(*drafts, provider_id=cast.calcom.pk) == 0
    assert [notice.dedupe_key for notice in notices()] == [
        f"event:1:{cast.elena.membership_id}:mail",
        f"event:1:{cast.amit.membership_id}:mail",
    ]


def test_a_customer_may_drop_a_notice_for_staff_into_the_outbox_but_not_read_it(cast: Cast) -> None:
    draft = draft_for(cast.dana, customer_id=cast.bayview.pk)
    with customer_scope(provider_id=cast.calcom.pk, customer_id=cast.bayview.pk):
        assert queue_notices(cast.calcom.pk, [draft]) == 1
        assert queue_notices(cast.calcom.pk, [draft]) == 0
    assert [notice.recipient_id for notice in notices()] == [cast.dana.membership_id]


def test_a_critical_notice_wants_an_answer_within_the_providers_usual_time(cast: Cast) -> None:
    queue(draft_for(cast.dana, kind=ALERT), provider_id=cast.calcom.pk)
    (notice,) = notices()
    assert notice.critical
    assert notice.acknowledge_by is not None
    assert notice.acknowledge_by - notice.created_at == timedelta(minutes=15)


def test_an_ordinary_notice_wants_no_answer(cast: Cast) -> None:
    queue(draft_for(cast.dana), provider_id=cast.calcom.pk)
    (notice,) = notices()
    assert (notice.critical, notice.acknowledge_by) == (False, None)


def test_a_kind_that_nobody_registered_is_refused_at_once(cast: Cast) -> None:
    with (
        provider_scope(provider_id=cast.calcom.pk),
        pytest.raises(LookupError, match="'test_unknown'"),
    ):
        queue_notices(cast.calcom.pk, [draft_for(cast.dana, kind=UNKNOWN)])
    assert notices() == []


@pytest.mark.parametrize(("recipient", "address"), [(None, ""), ("dana", "somebody@else.example")])
def test_a_notice_has_either_a_member_or_an_address(
    cast: Cast, recipient: str | None, address: str
) -> None:
    person = cast.dana.membership_id if recipient else None
    draft = draft_for(cast.dana, recipient_id=person, address=address)
    with pytest.raises(ValueError, match="either a recipient or an address"):
        queue(draft, provider_id=cast.calcom.pk)


def test_instants_in_a_payload_are_kept_as_iso_texts(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        queue_notices(cast.calcom.pk, [draft_for(cast.dana, payload={"due": scope.now})])
    assert notices()[0].payload["due"].endswith("Z")


def test_thousands_of_notices_are_queued_in_one_statement(cast: Cast) -> None:
    drafts = [draft_for(cast.dana, f"event:{number}") for number in range(3000)]
    with provider_scope(provider_id=cast.calcom.pk), CaptureQueriesContext(connection) as queries:
        assert queue_notices(cast.calcom.pk, drafts) == 3000
    assert len([one for one in queries.captured_queries if "queue_notices" in one["sql"]]) == 1
