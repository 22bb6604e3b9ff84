"""Tables of phone systems that change by themselves while the system runs. Pure.

After a restore, an update or a change nobody wonders that they differ: that is use, not damage, and
no reason to swap a system back. What a person programs is never among them. The names are those of
FreePBX 15 to 17 (databases `asterisk` and `asteriskcdrdb`), of Asterisk's own writers of records,
and of what applications of all kinds call their sessions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Each with who writes it, so that the next one knows whether a name may go.
LIVING: Mapping[str, str] = {
    "transient_cdr": "calls that are not over yet",
    "sessions": "people who are signed in",
    "ucp_sessions": "people who are signed in to the user portal",
    "userman_users_activity": "when people signed in",
    "userman_password_reminder": "links to choose a new password",
    "api_access_tokens": "keys of programs, with when they were last used",
    "api_auth_codes": "keys of programs that are being given out",
    "api_refresh_tokens": "keys of programs, with when they were last used",
    "freepbx_log": "the log of the web interface",
    "notifications": "notices on the dashboard",
    "cronmanager": "when a job last ran",
    "module_xml": "what the repository of modules offers",
    "soundlang_packages": "what the repository of prompts offers",
    "hotelwakeup_calls": "wake-up calls that people asked for on their phones",
    "kvblobstore": "long values of the stores below",
    "kvstore_dashboard": "figures of the dashboard",
    "kvstore_freepbx_modules_dashboard": "figures of the dashboard",
    "kvstore_freepbx": "what the framework notes of itself",
    "kvstore_freepbx_framework": "when updates were looked for",
    "kvstore_freepbx_modules_framework": "when updates were looked for",
    "kvstore_freepbx_hooks": "what modules hook into, found anew",
    "kvstore_freepbx_media": "what the server can convert, found anew",
    "kvstore_freepbx_modules_calendar": "events of calendars, fetched anew",
    "kvstore_freepbx_modules_firewall": "addresses that were seen",
}
# Records of calls and of queues, also where they are kept by year or month: cdr_2026, cel_202611.
RECORDS = re.compile(r"(cdr|cel|queue_?log)(_?\d{4,8})?")


def lives_on(table: str) -> bool:
    """Does a table, as `database.table` or by its name, change without anybody programming?"""
    name = table.rpartition(".")[2].lower()
    return name in LIVING or RECORDS.fullmatch(name) is not None
