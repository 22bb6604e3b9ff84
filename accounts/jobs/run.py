"""A job at work, as the code that does it sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO

from accounts.identity import viewer_scope
from accounts.jobs.files import ResultWriter
from accounts.jobs.leases import Lease
from accounts.jobs.reporting import Reporter
from accounts.jobs.stops import LeaseLost
from accounts.models import Job
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import Scope, database_now


class JobRun:
    """A job at work: what it was asked, on whose behalf, and how it tells of itself."""

    def __init__(self, lease: Lease, actor: Viewer, reporter: Reporter) -> None:
        self.job: Job = lease.job
        self.actor = actor
        self.files = ResultWriter()
        self._lease = lease
        self._reporter = reporter

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Return what the job was started with."""
        arguments: Mapping[str, Any] = self.job.arguments
        return arguments

    @property
    def checkpoint(self) -> Mapping[str, Any]:
        """Return what the last committed piece wrote down; empty at the first start."""
        checkpoint: Mapping[str, Any] = self.job.checkpoint
        return checkpoint

    def step(self, text: str, done: int = 0, total: int = 0) -> None:
        """Tell the owner what is done now, and how far it is. Cheap: call it for every row.

        Raises JobStopped when somebody pressed Stop: let it pass.
        """
        self._reporter.tell(text, done, total)

    def write_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Give a file to write to, which the owner can download when all has gone well."""
        return self.files.write(name)

    @contextmanager
    def piece(self, **checkpoint: Any) -> Iterator[Scope]:
        """Open the owner's scope for one piece, and commit it together with its checkpoint.

        For work that was registered `in_pieces`: after a takeover `run.checkpoint` says which
        piece was the last.
        """
        with self.scope() as scope:
            yield scope
            known = {**self.job.checkpoint, **checkpoint}
            mine = Job.objects.filter(pk=self.job.pk, lease_token=self._lease.token)
            if not mine.update(checkpoint=known, moved_at=database_now()):
                raise LeaseLost(self.job.title)
        self.job.checkpoint = known

    def scope(self) -> AbstractContextManager[Scope]:
        """Return the scope in which the owner's requests run."""
        return viewer_scope(self.actor)
