"""When a customer leaves, contracts in force end and those that never began are cancelled."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.actions import let_customer_go
from accounts.models import Customer
from accounts.offboarding import Leaving, foresee
from accounts.tidying import close_accounts
from contracts.models import Contract, ContractState
from tests.cast import Cast
from tests.contracts.life import signed
from tests.stage import DatabaseTime, acting

MONDAY = date(2026, 6, 15)


def test_a_contract_that_has_not_begun_is_cancelled_with_the_last_day(
    cast: Cast, with_catalogue: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    running = signed(with_catalogue, ends_on=date(2026, 12, 31))
    later = signed(with_catalogue, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    leaving = Leaving(MONDAY, closes_tickets=True)
    ruth = with_catalogue.ruth
    with acting(ruth):
        customer = Customer.objects.get(pk=with_catalogue.sutter.pk)
        told = [one.text for one in foresee(customer, leaving)]
        let_customer_go(customer=customer, leaving=leaving, actor=ruth)
    assert "1 contract that has not begun: cancelled with the last day" in told
    database_time.set("2026-06-16T10:00:00-07:00")
    assert close_accounts() == 1
    with acting(ruth):
        ended, cancelled = (Contract.objects.get(pk=one.pk) for one in (running, later))
    assert (ended.state, ended.ends_on) == (ContractState.SIGNED, MONDAY + timedelta(days=1))
    assert cancelled.state == ContractState.CANCELLED
