"""People with a limit reach the tickets that it leaves them, and what belongs to these."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from calcom_portal.common.rls import OF_TICKET_IN_REACH, TICKET_IN_REACH, NarrowTable

OWN = {"customer_column": "customer_id"}
SAID_TO_CUSTOMERS = f"NOT internal AND ({OF_TICKET_IN_REACH})"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0001_tickets_and_clocks")]

    operations: ClassVar = [
        NarrowTable("ticket", **OWN, also_for_customer=TICKET_IN_REACH),
        *(
            NarrowTable(model, **OWN, also_for_customer=OF_TICKET_IN_REACH)
            for model in ("watcher", "fact", "clock", "rung", "verdict")
        ),
        *(
            NarrowTable(model, **OWN, also_for_customer=SAID_TO_CUSTOMERS)
            for model in ("message", "attachment")
        ),
    ]
