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
    BACKUPS_WRITE = "backups:write"
    CHANGES_READ = "changes:read"
    INSPECTIONS_READ = "inspections:read"
    FIRMWARE_READ = "firmware:read"
    PEOPLE_READ = "people:read"
    CUSTOMERS_READ = "customers:read"
    DEVICES_WRITE = "devices:write"
    CONTRACTS_WRITE = "contracts:write"
    PEOPLE_WRITE = "people:write"
    CUSTOMERS_WRITE = "customers:write"
    AUDIT_READ = "audit:read"
    REPORTS_READ = "reports:read"
    JOBS_READ = "jobs:read"

    @property
    def label(self) -> str:
        """Return the words for people."""
        what, _, how = self.value.partition(":")
        return WRITING.get(self) or f"{how.capitalize()} {WORDS.get(what, what)}"


WORDS = {
    "audit": "the audit trail",
    "jobs": "how far long work is",
    "backups": "backups and restores",
    "changes": "programming changes",
}
WRITING = {
    ApiScope.TICKETS_WRITE: "Open and change tickets",
    ApiScope.BACKUPS_WRITE: "Ask for backups",
    ApiScope.DEVICES_WRITE: "Add, change and retire devices",
    ApiScope.PEOPLE_WRITE: "Invite, limit and deactivate people",
    ApiScope.CUSTOMERS_WRITE: "Add and change customers, take their data out",
    ApiScope.CONTRACTS_WRITE: "Draft, sign, change and end contracts",
}
