"""The mail that tells a provider's administrators what becomes of the provider."""

from __future__ import annotations

from dataclasses import asdict

from accounts.announcements import Announcement
from accounts.capabilities import Role
from accounts.models import Membership
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices

ANNOUNCEMENT = NoticeKind(
    "provider_announcement",
    "News about your company's portal",
    "Your company",
    "notifications/mail/announcement",
    mutable=False,
    audience=Audience.NOBODY,
)


def carry_announcement(news: Announcement) -> None:
    """Queue a mail to every administrator of the provider."""
    admins = Membership.objects.filter(
        provider_id=news.provider_id, role=Role.PROVIDER_ADMIN.value, is_active=True
    )
    told = asdict(news)
    payload = {name: told[name] for name in ("heading", "text", "day", "url", "url_label")}
    queue_notices(
        news.provider_id,
        [
            NoticeDraft(
                recipient_id=pk,
                customer_id=None,
                kind=ANNOUNCEMENT.code,
                subject_ref="",
                payload=payload,
                event_key=f"announcement:{news.key}"[:120],
            )
            for pk in admins.order_by("pk").values_list("pk", flat=True)
        ],
    )
