"""Take out all data of one customer."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.jobs import JobRun, Outcome, start_job
from accounts.models import Customer, Job
from accounts.takeout import Wanted, write_takeout
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.tenancy import database_now

KIND = "customers.takeout"


def take_out_data(*, customer: Customer, with_notes: bool = False, actor: Viewer) -> Job:
    """Start the job that writes the archive. Customers' own people never get internal notes.

    Raises NotAllowed, or Missing for another company than the actor's own.
    """
    actor.require(Capability.TAKE_OUT_DATA)
    if actor.is_customer and actor.customer_id != customer.pk:
        raise Missing("There is no such customer.", remedy="Take out the data of your own company.")
    return start_job(
        kind=KIND,
        title=f"All data of {customer.name}",
        arguments={
            "customer": customer.pk,
            "with_notes": with_notes and not actor.is_customer,
        },
        actor=actor,
        customer_id=customer.pk,
    )


def run_takeout(run: JobRun) -> Outcome:
    """Write the archive, in the scope of whoever asked for it."""
    actor = run.actor
    customer = Customer.objects.filter(pk=run.arguments["customer"]).first()
    if customer is None or (actor.is_customer and actor.customer_id != customer.pk):
        raise Missing("There is no such customer.", remedy="Nothing was written.")
    wanted = Wanted(
        customer_id=customer.pk,
        for_staff=not actor.is_customer,
        with_hidden=bool(run.arguments["with_notes"]) and not actor.is_customer,
        made_by=actor.name,
    )
    name = f"take-out-{customer.number}-{database_now():%Y-%m-%d}.zip"
    with run.write_file(name) as file:
        rows, files = write_takeout(file, wanted, run.step)
    details = {"rows": rows, "files": files, "with_notes": wanted.with_hidden}
    record(actor, "takeout.made", customer, **details)
    return Outcome(f"{rows:,} rows and {files:,} files.", facts=details)
