"""Who may do what, as one table. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one tenant. SYSTEM is a named worker, never a person."""

    CUSTOMER_USER = "customer_user"
    CUSTOMER_ADMIN = "customer_admin"
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    PROVIDER_ADMIN = "provider_admin"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """Return the role's name for people."""
        return self.value.replace("_", " ").capitalize()

    @property
    def is_customer(self) -> bool:
        """Does the role belong to a customer's own people?"""
        return self in CUSTOMER_ROLES


class Capability(StrEnum):
    """One thing that a role may do."""

    OPEN_TICKETS = "open_tickets"
    REPLY = "reply"
    REOPEN_TICKETS = "reopen_tickets"
    OPEN_TICKETS_FOR_CUSTOMERS = "open_tickets_for_customers"
    WORK_TICKETS = "work_tickets"
    DISPATCH = "dispatch"
    CHANGE_PRIORITY = "change_priority"
    MERGE_TICKETS = "merge_tickets"
    SEE_ALL_CUSTOMERS = "see_all_customers"
    SEE_CONTRACTS = "see_contracts"
    SIGN_CONTRACTS = "sign_contracts"
    MANAGE_COLLEAGUES = "manage_colleagues"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CUSTOMERS = "manage_customers"
    MANAGE_DEVICES = "manage_devices"
    SWAP_DEVICES = "swap_devices"
    MANAGE_CONTRACTS = "manage_contracts"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_API_KEYS = "manage_api_keys"
    MANAGE_COMPANY = "manage_company"
    LOG_LABOUR = "log_labour"
    OVERRIDE_LABOUR = "override_labour"
    QUERY_LABOUR = "query_labour"
    SEE_STATEMENTS = "see_statements"
    ISSUE_STATEMENTS = "issue_statements"
    TAKE_OUT_DATA = "take_out_data"
    VIEW_AS_CUSTOMER = "view_as_customer"
    SEE_MONITORING = "see_monitoring"
    MANAGE_MONITORING = "manage_monitoring"
    REVEAL_SECRETS = "reveal_secrets"
    SIGN_HEALTH_CHECKS = "sign_health_checks"
    TAKE_BACKUPS = "take_backups"
    MANAGE_BACKUPS = "manage_backups"
    RESTORE_SYSTEMS = "restore_systems"
    MANAGE_FIRMWARE = "manage_firmware"
    MANAGE_INSPECTIONS = "manage_inspections"
    SEE_OUTBOX = "see_outbox"
    SEE_AUDIT = "see_audit"
    RUN_CLOCK = "run_clock"


CUSTOMER_USER = frozenset(
    {
        Capability.OPEN_TICKETS,
        Capability.REPLY,
        Capability.REOPEN_TICKETS,
        Capability.SEE_CONTRACTS,
        Capability.QUERY_LABOUR,
    }
)
CUSTOMER_ADMIN = CUSTOMER_USER | {
    Capability.MANAGE_COLLEAGUES,
    Capability.SEE_STATEMENTS,
    Capability.SIGN_CONTRACTS,
    Capability.TAKE_OUT_DATA,
}
TECHNICIAN = frozenset(
    {
        Capability.OPEN_TICKETS,
        Capability.OPEN_TICKETS_FOR_CUSTOMERS,
        Capability.REPLY,
        Capability.REOPEN_TICKETS,
        Capability.WORK_TICKETS,
        Capability.CHANGE_PRIORITY,
        Capability.MERGE_TICKETS,
        Capability.SEE_ALL_CUSTOMERS,
        Capability.SEE_CONTRACTS,
        Capability.SWAP_DEVICES,
        Capability.LOG_LABOUR,
        Capability.SEE_MONITORING,
        Capability.SIGN_HEALTH_CHECKS,
        Capability.TAKE_BACKUPS,
        Capability.RESTORE_SYSTEMS,
    }
)
DISPATCHER = TECHNICIAN | {
    Capability.DISPATCH,
    Capability.MANAGE_DEVICES,
    Capability.MANAGE_MONITORING,
    Capability.MANAGE_BACKUPS,
    Capability.MANAGE_FIRMWARE,
    Capability.MANAGE_INSPECTIONS,
    Capability.OVERRIDE_LABOUR,
    Capability.SEE_STATEMENTS,
    Capability.VIEW_AS_CUSTOMER,
}
# Nobody signs for a customer, or queries its lines, but its own people.
PROVIDER_ADMIN = frozenset(Capability) - {
    Capability.RUN_CLOCK,
    Capability.QUERY_LABOUR,
    Capability.SIGN_CONTRACTS,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.CUSTOMER_USER: CUSTOMER_USER,
    Role.CUSTOMER_ADMIN: CUSTOMER_ADMIN,
    Role.TECHNICIAN: TECHNICIAN,
    Role.DISPATCHER: DISPATCHER,
    Role.PROVIDER_ADMIN: PROVIDER_ADMIN,
    Role.SYSTEM: frozenset(Capability),
}

CUSTOMER_ROLES = frozenset({Role.CUSTOMER_USER, Role.CUSTOMER_ADMIN})
STAFF_ROLES = frozenset({Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN})
