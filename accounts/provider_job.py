"""The job that takes everything of a provider out."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.jobs import JobRun, Outcome, register_job
from accounts.models import Provider
from accounts.provider_takeout import write_provider_takeout

KIND = "provider.take_out"


def take_provider_out(run: JobRun) -> Outcome:
    """Write the archive for the administrator who asked."""
    provider = Provider.objects.get(pk=run.actor.provider_id)
    with run.write_file(f"{provider.slug}.zip") as file:
        rows, files = write_provider_takeout(file, provider, run.step)
    return Outcome(f"{rows:,} rows and {files:,} files of {provider.name} are in the archive.")


register_job(KIND, take_provider_out, needs=Capability.MANAGE_COMPANY)
