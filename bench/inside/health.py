"""One month's planning, inside the product: prints how many, seconds, seconds again, of bare rows,
queries, and milliseconds of one health check.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - settings first
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.actions.create_provider import create_provider  # noqa: E402
from accounts.models import Customer  # noqa: E402
from calcom_portal.common.tenancy import provider_scope  # noqa: E402
from contracts.models import (  # noqa: E402
    Calendar,
    Contract,
    Cover,
    Device,
    Site,
    Terms,
)
from contracts.sla import Promise  # noqa: E402
from monitoring.sweeps.collect_health_checks import collect_health_checks  # noqa: E402
from monitoring.sweeps.plan_health_checks import plan_health_checks  # noqa: E402

CUSTOMERS = 100
LONG_AGO = date(2025, 1, 1)
SIGNED = datetime(2025, 1, 1, tzinfo=UTC)
BARE = """
INSERT INTO monitoring_healthreport
       (provider_id, customer_id, site_id, made_at, comment, signed_name, sha256, told)
SELECT provider_id, customer_id, id, now(), '', '', '', 0
  FROM (SELECT * FROM contracts_site LIMIT 1) AS site, generate_series(1, %s)
"""


def main() -> None:
    """Fill, plan twice, and make a hundred."""
    count = int(sys.argv[1])
    provider_id = fill(count)
    with CaptureQueriesContext(connection) as asked:
        planned, seconds = timed(plan_health_checks)
    again = timed(plan_health_checks)[1]
    made, took = timed(lambda: collect_health_checks(limit=100))
    assert made.collected == 100
    told = (planned.planned, seconds, again, bare(count, provider_id), len(asked), 10 * took)
    sys.stdout.write(" ".join(map(str, told)) + "\n")


def fill(count: int) -> int:
    """Give a hundred customers a contract with HEALTH, and their share of the systems."""
    provider = create_provider(
        name="Bench", slug="bench", reference_prefix="BE", mail_from="bench@bench.example"
    )
    with provider_scope(provider_id=provider.pk):
        calendar = Calendar.objects.get(is_default=True)
        for number in range(CUSTOMERS):
            customer = Customer.objects.create(
                provider=provider, name=f"Customer {number}", number=f"C-{number}"
            )
            owner = {"provider": provider, "customer": customer}
            site = Site.objects.create(**owner, name="Office")
            Device.objects.bulk_create(
                Device(**owner, site=site, name=f"System {n}", kind="pbx")
                for n in range(count // CUSTOMERS)
            )
            agree(owner, number, calendar)
    return int(provider.pk)


def agree(owner: dict[str, Any], number: int, calendar: Calendar) -> None:
    """Sign a contract for the whole company."""
    contract = Contract.objects.create(
        **owner,
        number=f"CT-{number}",
        state="signed",
        starts_on=LONG_AGO,
        signed_at=SIGNED,
        created_at=SIGNED,
    )
    Cover.objects.create(**owner, contract=contract)
    Terms.objects.create(
        **owner,
        contract=contract,
        number=1,
        effective_on=LONG_AGO,
        tier_code="TIER1",
        tier_name="Tier 1",
        calendar=calendar,
        promise=Promise.none("None.").to_dict(),
        clauses=[{"code": "HEALTH", "title": "", "wording": "", "optional": False, "price": None}],
        created_at=SIGNED,
    )


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what came back, and the seconds it took."""
    start = time.monotonic()
    return call(), time.monotonic() - start


def bare(count: int, provider_id: int) -> float:
    """Return the seconds that PostgreSQL needs for as many bare rows."""
    with provider_scope(provider_id=provider_id), connection.cursor() as cursor:
        start = time.monotonic()
        cursor.execute(BARE, [count])
        return time.monotonic() - start


if __name__ == "__main__":
    main()
