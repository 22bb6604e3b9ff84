"""Which tables of a phone system change by themselves, and what a restore says of them."""

from __future__ import annotations

import pytest

from upkeep.drivers.living_tables import LIVING, lives_on
from upkeep.drivers.machine import compared

ALIVE = [
    "asteriskcdrdb.cdr",
    "asteriskcdrdb.cel",
    "asteriskcdrdb.queuelog",
    "asteriskcdrdb.queue_log",
    "asteriskcdrdb.cdr_2026",
    "asteriskcdrdb.cel202611",
    "asterisk.kvstore_FreePBX_modules_Calendar",
    *(f"asterisk.{name}" for name in LIVING),
]
# What people program on a FreePBX: one of these that differs is a restore that went wrong.
PROGRAMMED = [
    f"asterisk.{name}"
    for name in (
        *("admin", "ampusers", "announcement", "arimanager", "certman_certs", "cidlookup"),
        *("cron_jobs", "custom_extensions", "daynight", "devices", "fax_users", "featurecodes"),
        *("findmefollow", "freepbx_settings", "globals", "hotelwakeup", "iax", "incoming"),
        *("ivr_details", "ivr_entries", "kvstore_FreePBX_modules_Core", "kvstore_Sipsettings"),
        *("logfile_logfiles", "manager", "meetme", "modules", "music", "outbound_routes"),
        *("paging_config", "parkplus", "pinsets", "pjsip", "queues_config", "queues_details"),
        *("recordings", "ringgroups", "setcid", "sip", "sipsettings", "timeconditions"),
        *("timegroups_details", "trunks", "userman_users", "users", "cdr_settings"),
    )
]


@pytest.mark.parametrize("table", ALIVE)
def test_records_and_sessions_may_differ_after_a_restore(table: str) -> None:
    assert lives_on(table)
    [found] = compared({f"table:{table}": "1"}, {f"table:{table}": "2"})
    assert (found.code, found.is_bad) == ("table_grew", False)


@pytest.mark.parametrize("table", PROGRAMMED)
def test_what_people_program_may_not(table: str) -> None:
    assert not lives_on(table)
    [found] = compared({f"table:{table}": "1"}, {f"table:{table}": "2"})
    assert (found.code, found.is_bad) == ("table_differs", True)


@pytest.mark.parametrize("table", ["asteriskcdrdb.cdr", "asterisk.ucp_sessions"])
def test_a_table_that_is_gone_is_bad_even_if_it_changes_by_itself(table: str) -> None:
    [found] = compared({f"table:{table}": "1"}, {})
    assert (found.code, found.is_bad) == ("table_gone", True)
