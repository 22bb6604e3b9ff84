"""One import of a list, inside the product: prints seconds, seconds of the dry run, of bare rows,
and the most MB that the process ever had.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Iterator

import django

django.setup()

from django.db import connection  # noqa: E402 - settings first

from accounts.actions.create_provider import create_provider  # noqa: E402
from accounts.capabilities import Role  # noqa: E402
from accounts.identity import viewer_of  # noqa: E402
from accounts.models import Customer, Membership, Provider, User  # noqa: E402
from accounts.viewer import Viewer  # noqa: E402
from calcom_portal.common.files import IncomingFile  # noqa: E402
from calcom_portal.common.tenancy import provider_scope  # noqa: E402
from contracts.actions import ListSent, apply_import, check_import, start_import  # noqa: E402
from contracts.models import Contract, Device, Site  # noqa: E402


def silent(step: str, done: int = 0, total: int = 0) -> None:
    """Tell nobody."""


def list_of(rows: int, contract: str) -> Iterator[str]:
    """Yield the lines of a list."""
    yield (
        "Site,Device,Kind,Manufacturer,Model,Serial number,Room,Installed on,Warranty contract,"
        "Warranty starts,Warranty ends\r\n"
    )
    for n in range(rows):
        yield (
            f"Site {n % 50},Phone {n},Phone,Yealink,T54W,SN-{rows}-{n:06},Room {n % 90},2026-03-04,"
            f"{contract},2026-03-04,2029-03-03\r\n"
        )


def stage(name: str) -> tuple[Viewer, Customer, str]:
    """Found a provider with a customer of fifty sites and a contract."""
    user = User.objects.create_user(f"{name}@bench.example", None, name="Bench")
    provider: Provider = create_provider(
        name=name, slug=name, reference_prefix="BE", mail_from=f"{name}@bench.example"
    )
    with provider_scope(provider_id=provider.pk) as scope:
        seat = Membership.objects.create(
            provider=provider, user_id=user.pk, role=Role.PROVIDER_ADMIN, name="B", email=user.email
        )
        customer = Customer.objects.create(provider=provider, name="Large", number="C-1")
        owner = {"provider": provider, "customer": customer}
        Site.objects.bulk_create(Site(**owner, name=f"Site {n}") for n in range(50))
        contract = Contract.objects.create(
            **owner, number="CT-2001", starts_on=scope.now.date(), created_at=scope.now
        )
        return viewer_of(seat), customer, contract.number


def main(rows: int) -> None:
    """Import, and print the figures."""
    viewer, customer, contract = stage(f"bench{rows}")
    data = "".join(list_of(rows, contract)).encode()
    with provider_scope(provider_id=viewer.provider_id):
        sent = ListSent(IncomingFile("list.csv", len(data), lambda: io.BytesIO(data)))
        began = time.perf_counter()
        found = start_import(customer=customer, sent=sent, actor=viewer)
        found = check_import(goods_import=found, progress=silent, actor=viewer)
        checked = time.perf_counter() - began
        apply_import(goods_import=found, progress=silent, actor=viewer)
        seconds = time.perf_counter() - began
        assert Device.objects.count() == rows
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        bare = _bare(rows, viewer)
    sys.stdout.write(f"{seconds} {checked} {bare} {memory}\n")


def _bare(rows: int, viewer: Viewer) -> float:
    began = time.perf_counter()
    site = Site.objects.earliest("pk")
    with connection.cursor() as cursor:
        for start in range(0, rows, 500):
            cursor.execute(
                "INSERT INTO contracts_device (provider_id, customer_id, site_id, name, kind,"
                " vendor, model, serial, asset_tag, room, installed_by_us)"
                " SELECT %s, %s, %s, 'Bare ' || n, 'phone', '', '', '', '', '', true"
                " FROM generate_series(%s, %s) n",
                [viewer.provider_id, site.customer_id, site.pk, start, start + 499],
            )
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]))
