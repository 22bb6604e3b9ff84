"""Long work: asked for in a page, done by a worker, watched from a page, never silently lost.

An app registers a kind in its `ready()` and starts it from a view or an action:

    register_job("devices.import", import_devices, needs=Capability.MANAGE_DEVICES)
    job = start_job(kind="devices.import", title="Import of stock.csv", arguments={…}, actor=viewer)
    return go(request, reverse("job", args=[job.pk]))

    def import_devices(run: JobRun) -> Outcome:
        for number, row in enumerate(rows, start=1):
            run.step("Writing devices", number, len(rows))
            …
        return Outcome("12 devices were added.", url=reverse("devices"))

Usual work is one transaction in its owner's scope, and its success is written down in that same
transaction: killed in the middle it has changed nothing, and is done again from the start. Work
that is too long for that is registered with `in_pieces=True`: see `JobRun.piece`.
"""

from accounts.jobs.kinds import Outcome, register_job
from accounts.jobs.run import JobRun
from accounts.jobs.starting import start_job
from accounts.jobs.stopping import stop_job
from accounts.jobs.stops import JobStopped

__all__ = ["JobRun", "JobStopped", "Outcome", "register_job", "start_job", "stop_job"]
