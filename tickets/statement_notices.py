"""What a customer is told about statements."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from accounts.capabilities import Role
from accounts.models import Membership
from contracts.rates import spell_amount
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from tickets.models import Statement

ISSUED = NoticeKind(
    "statement_issued",
    "A monthly statement was issued",
    "Statements",
    "tickets/mail/statement_issued",
    audience=Audience.CUSTOMERS,
)


def tell_issued(statement: Statement) -> None:
    """Tell the customer's administrators, who alone may read it, what is due and where it is."""
    people = Membership.objects.filter(
        customer_id=statement.customer_id, role=Role.CUSTOMER_ADMIN.value, is_active=True
    )
    payload = {
        "number": statement.number,
        "month": f"{statement.month:%B %Y}",
        "customer": statement.customer_name,
        "minutes": statement.minutes,
        "due": [_spell(total, "due") for total in statement.totals],
        "covered": [_spell(total, "covered") for total in statement.totals],
        "url": reverse("statement", args=[statement.number]),
        "url_label": f"Open statement {statement.number}",
    }
    queue_notices(
        statement.provider_id,
        [
            NoticeDraft(
                recipient_id=person,
                customer_id=statement.customer_id,
                kind=ISSUED.code,
                subject_ref=statement.number,
                payload=payload,
                event_key=f"{ISSUED.code}:{statement.pk}",
            )
            for person in people.order_by("pk").values_list("pk", flat=True)
        ],
    )


def _spell(total: dict[str, str], name: str) -> str:
    return spell_amount(Decimal(total[name]), total["currency"])
