"""`manage.py verify_ledgers`: are facts, verdicts, audit trail and other ledgers as written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit import verify_audit
from accounts.ledgers import ledgers
from accounts.models import OperatorEntry, Provider
from accounts.operator_log import verify_operator_log
from calcom_portal.common.tenancy import system_scope
from tickets.verification import verify_clock


class Command(BaseCommand):
    """Walk the chains of every provider. Ends with status 1 and names the row where one breaks."""

    help = "Verify the hash chains of clock facts and audit trail, and that verdicts equal facts."

    def handle(self, **_: Any) -> None:
        """Verify everything, then fail if anything broke."""
        broken = 0
        with system_scope("verify the ledgers"):
            providers = list(Provider.objects.order_by("pk"))
            for provider in providers:
                broken += self._report(provider.name, "clock", verify_clock(provider.pk))
                found = verify_audit(provider.pk)
                audit = [f"row {found.number}: {found.why}"] if found else []
                broken += self._report(provider.name, "audit", audit)
                for name, verify in ledgers().items():
                    broken += self._report(provider.name, name, verify(provider.pk))
        if OperatorEntry.objects.exists():
            found = verify_operator_log()
            log = [f"row {found.number}: {found.why}"] if found else []
            broken += self._report("Operators", "log", log)
        if not providers:
            self.stdout.write("There is no provider yet, so there is nothing to verify.")
        if broken:
            raise CommandError(f"{broken} breaks found. Compare with a backup from before.")

    def _report(self, provider: str, chain: str, breaks: list[str]) -> int:
        for text in breaks:
            self.stderr.write(f"BROKEN  {provider}, {chain}: {text}")
        if not breaks:
            self.stdout.write(f"holds   {provider}, {chain}")
        return len(breaks)
