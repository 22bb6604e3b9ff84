"""Prepared queries answer as the querysets that they are made of, behind the same walls."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Membership
from calcom_portal.common.limits import Limit
from calcom_portal.common.prepared import prepared
from calcom_portal.common.tenancy import (
    customer_scope,
    provider_scope,
    system_scope,
)
from contracts.models import Device
from tests.cast import Cast


@prepared
def customers_named(name: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name=name)


@prepared
def people_of(customer_id: int) -> QuerySet[Membership]:
    rows = Membership.objects.select_related("customer", "provider")
    return rows.filter(customer_id=customer_id).order_by("-name")


@prepared
def devices_of(customer_id: int) -> QuerySet[Device]:
    return Device.objects.filter(customer_id=customer_id)


@prepared
def devices_with_model(product_model_id: int | None) -> QuerySet[Device]:
    return Device.objects.filter(product_model_id=product_model_id)


@prepared
def everybody() -> QuerySet[Customer]:
    return QuerySet(Customer)


def test_rows_are_those_of_the_queryset_with_what_belongs_to_them(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        rows = people_of(cast.bayview.pk)
        same = list(
            Membership.objects.select_related("customer", "provider")
            .filter(customer_id=cast.bayview.pk)
            .order_by("-name")
        )
        assert rows == same != []
        assert [vars(one).keys() for one in rows] == [vars(one).keys() for one in same]
        assert [(one.notices, one.created_at) for one in rows] == [
            (one.notices, one.created_at) for one in same
        ]
        with CaptureQueriesContext(connection) as asked:
            assert {one.customer for one in rows} == {cast.bayview}
        assert len(asked) == 0


def test_a_statement_made_for_one_provider_shows_the_next_one_only_its_own(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        assert customers_named(cast.bayview.name) == [cast.bayview]
    with provider_scope(provider_id=cast.northline.pk):
        assert customers_named(cast.bayview.name) == []
        assert people_of(cast.bayview.pk) == []


def test_a_customer_reaches_only_its_own_row_and_the_system_every_one(cast: Cast) -> None:
    with customer_scope(provider_id=cast.calcom.pk, customer_id=cast.bayview.pk):
        assert customers_named(cast.bayview.name) == [cast.bayview]
        assert customers_named(cast.sutter.name) == []
    with system_scope("test"):
        assert customers_named(cast.sutter.name) == [cast.sutter]


def test_the_wall_of_the_database_stands_even_where_that_of_python_has_a_hole(cast: Cast) -> None:
    with provider_scope(provider_id=cast.northline.pk):
        names = {customer.name for customer in everybody()}
    assert names == {cast.northline_customer.name}


def test_somebody_with_a_limit_sees_what_the_limit_leaves(cast: Cast) -> None:
    """Each limit is another query: it is built anew."""
    limit = Limit(person_id=cast.elena.membership_id or 0, site_ids=frozenset())
    calcom, bayview = cast.calcom.pk, cast.bayview.pk
    with customer_scope(provider_id=calcom, customer_id=bayview):
        assert devices_of(bayview) == [cast.phone_system]
    with customer_scope(provider_id=calcom, customer_id=bayview, limit=limit):
        assert devices_of(bayview) == []


def test_none_equals_nothing_with_a_limit_and_without(cast: Cast) -> None:
    limit = Limit(person_id=cast.elena.membership_id or 0, own_tickets_only=True)
    for narrowed in (None, limit):
        with customer_scope(
            provider_id=cast.calcom.pk, customer_id=cast.bayview.pk, limit=narrowed
        ):
            assert devices_with_model(None) == []


def test_one_row_or_none(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        assert customers_named.one(cast.bayview.name) == cast.bayview
        assert customers_named.one(name="Nobody") is None


def test_values_are_values_whatever_they_hold(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        assert customers_named("' OR true --") == []
        assert customers_named("%s $1 %(name)s") == []


def test_it_goes_on_after_a_transaction_that_failed(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        with transaction.atomic():
            people_of(cast.bayview.pk)
            transaction.set_rollback(True)
        assert people_of(cast.bayview.pk) != []
