"""Customers read the names of the provider's staff; no statement of theirs changes one."""

from __future__ import annotations

from django.db import connection

from accounts.models import Membership
from tests.accounts.who import seat_id
from tests.cast import Cast
from tests.stage import acting

STEAL = "UPDATE accounts_membership SET customer_id = %s, role = 'customer_user' WHERE id = %s"


def test_a_customers_statement_reaches_no_row_of_the_staff(cast: Cast) -> None:
    with acting(cast.elena), connection.cursor() as cursor:
        assert Membership.objects.filter(pk=seat_id(cast.dana)).exists()
        cursor.execute(STEAL, [cast.bayview.pk, cast.dana.membership_id])
        assert cursor.rowcount == 0

    with acting(cast.ruth):
        assert Membership.objects.get(pk=seat_id(cast.dana)).customer_id is None
