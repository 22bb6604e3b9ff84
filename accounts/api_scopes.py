"""What an API key may be good for. Pure."""

from __future__ import annotations

from enum import StrEnum


class ApiScope(StrEnum):
    """One thing that a key may do, on top of what its person may do."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    DEVICES_READ = "devices:read"
    CONTRACTS_READ = "contracts:read"
    CALENDARS_READ = "calendars:read"
    MONITORING_READ = "monitoring:read"
    BACKUPS_READ = "backups:read"
    PEOPLE_READ = "people:read"
    CUSTOMERS_READ = "customers:read"
    DEVICES_WRITE = "devices:write"
    REPORTS_READ = "reports:read"
    JOBS_READ = "jobs:read"

    @property
    def label(self) -> str:
        """Return the words for people."""
        what, _, how = self.value.partition(":")
        return WRITING.get(self) or f"{how.capitalize()} {WORDS.get(what, what)}"


WORDS = {"jobs": "long work"}
WRITING = {
    ApiScope.TICKETS_WRITE: "Open and change tickets",
    ApiScope.DEVICES_WRITE: "Add, change and retire devices",
}
