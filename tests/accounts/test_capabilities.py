"""Who may do what: the table, once more and by hand, so that a change is seen."""

from __future__ import annotations

import pytest

from accounts.capabilities import CAPABILITIES, Capability, Role
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed

C = Capability
EVERYBODY = {C.OPEN_TICKETS, C.REPLY, C.REOPEN_TICKETS, C.SEE_CONTRACTS}
CUSTOMERS = EVERYBODY | {C.QUERY_LABOUR}
STAFF = EVERYBODY | {
    C.OPEN_TICKETS_FOR_CUSTOMERS,
    C.WORK_TICKETS,
    C.CHANGE_PRIORITY,
    C.MERGE_TICKETS,
    C.SEE_ALL_CUSTOMERS,
    C.SWAP_DEVICES,
    C.LOG_LABOUR,
    C.SEE_MONITORING,
    C.SIGN_HEALTH_CHECKS,
    C.TAKE_BACKUPS,
    C.RESTORE_SYSTEMS,
}
UPKEEP = {C.MANAGE_BACKUPS, C.MANAGE_FIRMWARE, C.MANAGE_INSPECTIONS}
EXPECTED = {
    Role.CUSTOMER_USER: CUSTOMERS,
    Role.CUSTOMER_ADMIN: CUSTOMERS
    | {C.MANAGE_COLLEAGUES, C.SEE_STATEMENTS, C.SIGN_CONTRACTS, C.TAKE_OUT_DATA},
    Role.TECHNICIAN: STAFF,
    Role.DISPATCHER: STAFF
    | UPKEEP
    | {
        C.DISPATCH,
        C.MANAGE_DEVICES,
        C.MANAGE_MONITORING,
        C.OVERRIDE_LABOUR,
        C.SEE_STATEMENTS,
        C.VIEW_AS_CUSTOMER,
    },
    Role.PROVIDER_ADMIN: STAFF
    | UPKEEP
    | {
        C.DISPATCH,
        C.ISSUE_STATEMENTS,
        C.MANAGE_API_KEYS,
        C.MANAGE_CALENDARS,
        C.MANAGE_COLLEAGUES,
        C.MANAGE_COMPANY,
        C.MANAGE_CONTRACTS,
        C.MANAGE_CUSTOMERS,
        C.MANAGE_DEVICES,
        C.MANAGE_MONITORING,
        C.MANAGE_PEOPLE,
        C.OVERRIDE_LABOUR,
        C.REVEAL_SECRETS,
        C.SEE_STATEMENTS,
        C.SEE_AUDIT,
        C.SEE_OUTBOX,
        C.TAKE_OUT_DATA,
        C.VIEW_AS_CUSTOMER,
    },
    Role.SYSTEM: set(Capability),
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_exactly_what_the_table_says(role: Role) -> None:
    assert CAPABILITIES[role] == EXPECTED[role]


def test_only_the_system_runs_the_clock() -> None:
    assert [role for role in Role if C.RUN_CLOCK in CAPABILITIES[role]] == [Role.SYSTEM]


def test_a_refusal_says_who_what_and_what_to_do() -> None:
    elena = Viewer(name="Elena Moreno", role=Role.CUSTOMER_USER, provider_id=1, customer_id=1)
    with pytest.raises(NotAllowed) as refused:
        elena.require(C.DISPATCH)
    assert refused.value.message == "As customer user you may not dispatch."
    assert refused.value.remedy.startswith("Ask an administrator of your company")
