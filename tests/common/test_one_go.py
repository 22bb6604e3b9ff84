"""Several statements in one round trip, and a scope for one question."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from calcom_portal.common.errors import NoScope
from calcom_portal.common.inserted import insert_along
from calcom_portal.common.prepared import PreparedSql, in_one_go, prepared
from calcom_portal.common.tenancy import in_scope, provider_scope
from tests.cast import Cast
from tickets.models import TicketCounter

COUNT_UP = PreparedSql(
    "count_up_in_one_go",
    "UPDATE tickets_ticketcounter SET number = number + 1"
    " WHERE provider_id = %(provider)s RETURNING number",
)


@prepared
def named(name: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name=name)


def number() -> int:
    """Return the number that the counter stands at."""
    return int(TicketCounter.objects.get().number)


def test_what_is_told_goes_with_the_next_question_and_before_it(cast: Cast) -> None:
    whose = {"provider": cast.calcom.pk}
    with provider_scope(provider_id=cast.calcom.pk):
        start = number()
        with CaptureQueriesContext(connection) as sent, in_one_go():
            COUNT_UP.tell(whose)
            COUNT_UP.tell(whose)
            assert COUNT_UP.rows(whose) == [(start + 3,)]
        assert len(sent) == 1


def test_what_nothing_follows_goes_at_the_end(cast: Cast) -> None:
    whose = {"provider": cast.calcom.pk}
    with provider_scope(provider_id=cast.calcom.pk):
        start = number()
        with CaptureQueriesContext(connection) as sent, in_one_go():
            COUNT_UP.tell(whose)
            COUNT_UP.tell(whose)
            assert number() == start
        assert (number(), len(sent)) == (start + 2, 2)
        with CaptureQueriesContext(connection) as sent, in_one_go():
            pass
        assert len(sent) == 0


def test_outside_of_it_nothing_is_held_back(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        start = number()
        COUNT_UP.tell({"provider": cast.calcom.pk})
        assert number() == start + 1


def test_a_failure_drops_what_is_held_back(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        start = number()
        with pytest.raises(LookupError):
            _fail_after_telling(cast.calcom.pk)
        assert number() == start


def _fail_after_telling(provider_id: int) -> None:
    with in_one_go():
        COUNT_UP.tell({"provider": provider_id})
        raise LookupError


def test_a_glance_takes_one_round_trip_and_leaves_no_scope(committed_cast: Cast) -> None:
    bayview = committed_cast.bayview
    assert named.glance("find a customer", bayview.name) == [bayview]
    with CaptureQueriesContext(connection) as sent:
        assert named.glance("find a customer", bayview.name) == [bayview]
    assert (len(sent), in_scope()) == (1, False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), current_setting('app.provider_id', true)")
        assert cursor.fetchone() in (("none", ""), ("none", None))
    with pytest.raises(NoScope):
        Customer.objects.count()


def test_a_glance_within_a_scope_leaves_it_as_it_was(cast: Cast) -> None:
    with provider_scope(provider_id=cast.northline.pk):
        assert named.glance("find a customer", cast.bayview.name) == [cast.bayview]
        assert named(cast.bayview.name) == []


def test_rows_whose_keys_are_known_wait_and_keep_them(cast: Cast) -> None:
    customer = Customer(id=10**9, provider_id=cast.calcom.pk, name="Alder Dental")
    with provider_scope(provider_id=cast.calcom.pk):
        with CaptureQueriesContext(connection) as sent, in_one_go():
            insert_along(customer)
            assert named(customer.name) == [customer]
        assert (len(sent), customer._state.adding) == (1, False)
