"""Checks to ask, inside the product: 40 customers, 2,000 devices, ten SIP checks each.

`python -m bench.inside.watched COUNT PORT` writes COUNT checks of 127.0.0.1:PORT, every minute.
"""

from __future__ import annotations

import sys
from itertools import islice

import django

django.setup()

from accounts.actions.create_provider import create_provider  # noqa: E402 - settings first
from accounts.models import Customer, Provider  # noqa: E402
from calcom_portal.common.tenancy import provider_scope  # noqa: E402
from contracts.models import Device, Site  # noqa: E402
from monitoring.check_settings import checked_settings  # noqa: E402
from monitoring.models import Check, Connection, EgressAllowance  # noqa: E402

CUSTOMERS, A_DEVICE = 40, 10


def main(count: int, port: int) -> None:
    """Write the rows."""
    provider: Provider = create_provider(
        name="Bench", slug="bench", reference_prefix="BE", mail_from="bench@bench.example"
    )
    with provider_scope(provider_id=provider.pk) as scope:
        EgressAllowance.objects.create(
            provider=provider, network="127.0.0.0/8", created_at=scope.now
        )
        customers = Customer.objects.bulk_create(
            Customer(provider=provider, name=f"Customer {n}", number=f"C-{n}")
            for n in range(CUSTOMERS)
        )
        sites = Site.objects.bulk_create(
            Site(provider=provider, customer=customer, name="Office") for customer in customers
        )
        devices = Device.objects.bulk_create(
            Device(
                provider=provider,
                customer_id=sites[n % CUSTOMERS].customer_id,
                site=sites[n % CUSTOMERS],
                name=f"Phone system {n}",
                kind="phone_system",
            )
            for n in range(count // A_DEVICE)
        )
        lines = Connection.objects.bulk_create(
            Connection(
                provider=provider,
                customer_id=device.customer_id,
                device=device,
                driver="sip",
                host="127.0.0.1",
                port=port,
            )
            for device in devices
        )
        told = checked_settings("sip-udp", {})
        rows = (
            Check(
                provider=provider,
                customer_id=line.customer_id,
                device_id=line.device_id,
                connection=line,
                name=f"SIP answers {n}",
                kind="sip-udp",
                settings=told,
                created_at=scope.now,
                since=scope.now,
            )
            for line in lines
            for n in range(A_DEVICE)
        )
        while piece := list(islice(rows, 2000)):
            Check.objects.bulk_create(piece)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
