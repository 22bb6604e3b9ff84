"""The mails of the demo's history: told long ago, so nothing of them goes out now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from calcom_portal.common.tenancy import provider_scope
from notifications.models import Delivery, Notice, NoticeState, Outcome

ON_ITS_WAY = timedelta(seconds=2)
DETAIL = "demo history"


def settle_old_notices(provider_id: int, news_since: datetime) -> int:
    """Mark the notices before `news_since` as sent; return how many. Later ones really go out.

    Each gets a delivery that says what it is: demo history, not mail.
    """
    with provider_scope(provider_id=provider_id):
        old = Notice.objects.filter(state=NoticeState.READY, created_at__lt=news_since)
        pairs = list(old.order_by("pk").values_list("pk", "created_at"))
        Delivery.objects.bulk_create(
            Delivery(
                provider_id=provider_id,
                notice_id=pk,
                at=created_at + ON_ITS_WAY,
                outcome=Outcome.SENT,
                detail=DETAIL,
            )
            for pk, created_at in pairs
        )
        count: int = old.update(
            state=NoticeState.SENT, attempts=1, sent_at=F("created_at") + ON_ITS_WAY
        )
    return count
