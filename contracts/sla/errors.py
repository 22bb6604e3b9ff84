"""Errors of the clock: each names the field, says what is wrong and what to do."""


class CalendarError(ValueError):
    """A calendar specification or a question to a calendar cannot be used.

    `field` is the place, for example "weekly.mon[0][1]" or "start"; empty when no single field is
    at fault.
    """

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        self.field = field
        self.message = message
        self.remedy = remedy
        text = f"{field}: {message}" if field else message
        super().__init__(f"{text} {remedy}".rstrip())


class CalendarNeverOpens(CalendarError):
    """Nothing is open within reach (ten years), so no instant can be named."""


class CalendarNeverCloses(CalendarError):
    """The calendar is open without a break for ten years, so no closing can be named."""


class TermsError(ValueError):
    """A target or a promise can't be used; names the field, what is wrong and what to do."""

    def __init__(self, message: str, *, field: str, remedy: str) -> None:
        self.field = field
        self.message = message
        self.remedy = remedy
        super().__init__(f"{field}: {message} {remedy}")


class TimelineError(ValueError):
    """The facts of a ticket contradict each other, or name terms that were not given."""
