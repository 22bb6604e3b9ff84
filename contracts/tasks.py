"""What the workers run: thin, repeatable, a scope and one call each."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from contracts.expiry_sweep import sweep_expiries
from contracts.sweeps import sweep_contracts


@shared_task(name="contracts.sweep_contracts")
def sweep_contracts_task() -> dict[str, int]:
    """Renew and remind."""
    return asdict(sweep_contracts())


@shared_task(name="contracts.sweep_expiries")
def sweep_expiries_task() -> dict[str, int]:
    """Warn of warranty and makers' support that end."""
    return asdict(sweep_expiries())
