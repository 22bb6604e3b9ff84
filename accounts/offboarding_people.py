"""What becomes of a leaving customer's people, invitations and keys."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import ApiKey, Customer, Invitation, Membership
from accounts.offboarding import FORMER, SHOWN, Consequence, Leaving, several
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now


class PeopleLeave:
    """Access ends: people cannot sign in, keys are refused, invitations are void."""

    def foresee(self, customer: Customer, leaving: Leaving) -> Sequence[Consequence]:
        """Count them."""
        people = Membership.objects.filter(customer=customer, is_active=True).order_by("name")
        keys = ApiKey.objects.filter(customer=customer, revoked_at__isnull=True)
        invitations = Invitation.objects.still_open().filter(customer=customer)
        names = list(people.values_list("name", flat=True))
        told = [
            Consequence(
                f"{several(len(names), 'person loses', 'people lose')} access",
                names[:SHOWN],
                reverse("customer", args=[customer.pk]),
            ),
            Consequence(f"{several(keys.count(), 'API key is', 'API keys are')} revoked"),
            Consequence(
                f"{several(invitations.count(), 'invitation is', 'invitations are')} withdrawn"
            ),
        ]
        return [one for one in told if not one.text.startswith("0 ")]

    def carry_out(self, customer: Customer, leaving: Leaving, actor: Viewer) -> None:
        """Close every way in."""
        now = database_now()
        Membership.objects.filter(customer=customer).update(is_active=False)
        ApiKey.objects.filter(customer=customer, revoked_at=None).update(revoked_at=now)
        Invitation.objects.still_open().filter(customer=customer).update(withdrawn_at=now)

    def erase(self, customer: Customer) -> None:
        """Take names, addresses and numbers off."""
        Membership.objects.filter(customer=customer).update(
            name=FORMER, email="", phone="", notices={}
        )
        Invitation.objects.filter(customer=customer).update(name=FORMER, email="")
