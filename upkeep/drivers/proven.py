"""Which drivers there are and what they were proven on, for pages: they never load the drivers."""

from __future__ import annotations

from collections.abc import Mapping

# Those that fetch backups by themselves, and give them back.
FETCHING = frozenset({"ssh", "asterisk"})

# Every way in which backups come.
TESTED_ON: Mapping[str, str] = {
    "ssh": "Debian 12: OpenSSH 9.2, GNU tar 1.34, MariaDB 10.11, SQLite 3.40",
    "asterisk": "Asterisk 22 with MariaDB 10.11 in FreePBX's layout, on Debian 12",
    "drop": "OpenSSH 9.2 sftp",
    "manual": "files of any maker: archives and databases are looked into",
}

# Those that bring a device to another version of its firmware.
UPDATED_ON: Mapping[str, str] = {
    "apt": "Packages of Debian or Ubuntu, over SSH: tested on Debian 12: apt 2.6.1 and dpkg 1.21,"
    " with packages made for the test.",
    "http": "Phones that fetch their firmware over HTTP: tested on Asterisk 22 with a phone that is"
    " a test program, not yet on any maker's phone.",
}
