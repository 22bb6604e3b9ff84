"""Why a job ends before its end."""


class JobStopped(Exception):
    """Somebody pressed Stop. Raised by `JobRun.step`: let it pass."""


class LeaseLost(Exception):
    """Somebody else works on the job by now: whatever is not committed is thrown away."""
