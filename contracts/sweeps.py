"""What contracts do by themselves: renew, and remind. By rows; twice, late or side by side."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, system_scope
from contracts.actions.renew_contract import renew_by_itself
from contracts.days import today_of_calendar
from contracts.models import Contract, ContractReminder
from contracts.notices import tell_reminder
from contracts.reminding import horizons_of, next_look, reminders_of
from contracts.renewals import Reminder, most_urgent
from notifications.alarms import raise_alarm

log = logging.getLogger(__name__)

REASON = "renew contracts whose day for notice has passed, and remind of ends to come"
BATCH = 200
WORKER = "Contract sweep"
KIND = "contract_stuck"
DAY = timedelta(days=1)
# More periods than any outage can miss.
MOST_PERIODS = 130


class Done(StrEnum):
    """What became of one contract."""

    NOTHING = "nothing"
    RENEWED = "renewed"
    REMINDED = "reminded"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class SweepCount:
    """What a sweep did: contracts renewed, reminded of, and such as could not be looked at."""

    renewed: int = 0
    reminded: int = 0
    stuck: int = 0


def sweep_contracts(limit: int = BATCH) -> SweepCount:
    """Look at every contract whose day has come, up to `limit`; one transaction each."""
    with system_scope(REASON):
        # Somewhere it is tomorrow already: each contract's own calendar decides.
        due = Contract.objects.filter(look_on__lte=database_now().date() + DAY)
        ids = list(due.order_by("look_on", "pk").values_list("pk", flat=True)[:limit])
    done = [_look_at(pk) for pk in ids]
    return SweepCount(*(done.count(what) for what in (Done.RENEWED, Done.REMINDED, Done.STUCK)))


def _look_at(contract_id: int) -> Done:
    with system_scope(REASON):
        contract = _locked(contract_id)
        if contract is None:
            return Done.NOTHING
        try:
            with transaction.atomic():
                return _act(contract)
        except Exception as error:
            log.exception("contract.stuck contract=%s", contract.number)
            _set_aside(contract, error)
            return Done.STUCK


def _locked(contract_id: int) -> Contract | None:
    # The customer first, as in every step of a contract. Whoever holds it now is at work there.
    of = Customer.objects.filter(pk__in=Contract.objects.filter(pk=contract_id).values("customer"))
    if of.select_for_update(skip_locked=True, no_key=True).first() is None:
        return None
    rows = Contract.objects.select_related("customer").filter(pk=contract_id)
    return rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def _act(contract: Contract) -> Done:
    today = _today(contract)
    if contract.look_on is None or contract.look_on > today:
        return Done.NOTHING
    actor = Viewer.system(WORKER, provider_id=contract.provider_id)
    renewed = _renew(contract, actor)
    contract.refresh_from_db(fields=["ends_on", "ending", "agreed_on", "renewals"])
    horizons = horizons_of(contract.provider_id)
    reminded = _remind(contract, today, horizons, actor)
    contract.look_on = next_look(contract, today, horizons)
    contract.save(update_fields=["look_on"])
    return Done.RENEWED if renewed else Done.REMINDED if reminded else Done.NOTHING


def _renew(contract: Contract, actor: Viewer) -> int:
    for renewals in range(MOST_PERIODS):
        if renew_by_itself(contract=contract, actor=actor) is None:
            return renewals
    return MOST_PERIODS


def _remind(contract: Contract, today: date, horizons: Sequence[int], actor: Viewer) -> bool:
    if contract.ends_on is None or contract.ends_on < today:
        return False
    known = set(
        ContractReminder.objects.filter(contract=contract).values_list("about", "days", "of")
    )
    due = [
        reminder
        for reminder in reminders_of(contract, horizons)
        if reminder.on <= today and (reminder.about.value, reminder.days, reminder.of) not in known
    ]
    told = most_urgent(due)
    ContractReminder.objects.bulk_create(_row(contract, one, is_told=one is told) for one in due)
    if told is not None:
        tell_reminder(contract, told, actor)
    return told is not None


def _row(contract: Contract, reminder: Reminder, *, is_told: bool) -> ContractReminder:
    return ContractReminder(
        provider_id=contract.provider_id,
        customer_id=contract.customer_id,
        contract=contract,
        about=reminder.about.value,
        days=reminder.days,
        of=reminder.of,
        at=database_now(),
        told=is_told,
    )


def _set_aside(contract: Contract, error: Exception) -> None:
    """Look again tomorrow, and raise an alarm: nobody is reminded of this contract meanwhile."""
    Contract.objects.filter(pk=contract.pk).update(look_on=database_now().date() + DAY)
    detail = f"It could not be looked at: {error}. It is tried again every day."
    raise_alarm(contract.provider_id, KIND, contract.number, detail)


def _today(contract: Contract) -> date:
    newest = contract.terms.select_related("calendar").latest("number")
    return today_of_calendar(newest.calendar, database_now())
