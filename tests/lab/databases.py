"""A real MariaDB on a socket of its own, with the databases of a phone system in them."""

import getpass
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.servers import program, running, written

CALLS = 200_000
# As FreePBX lays it out: settings in one database, call records in the other.
SETTINGS = """
CREATE DATABASE asterisk;
CREATE TABLE asterisk.users (extension VARCHAR(20) PRIMARY KEY, name VARCHAR(50), sipname
 VARCHAR(50), noanswer VARCHAR(100)) ENGINE=InnoDB;
CREATE TABLE asterisk.sip (id VARCHAR(20), keyword VARCHAR(30), data VARCHAR(255), flags INT
 NOT NULL DEFAULT 0, PRIMARY KEY (id, keyword)) ENGINE=InnoDB;
CREATE TABLE asterisk.incoming (cidnum VARCHAR(100), extension VARCHAR(50), destination
 VARCHAR(50), description VARCHAR(32)) ENGINE=MyISAM;
INSERT INTO asterisk.users VALUES ('101','Alice Désk','101',''),('102','Bob “the” Lift','102','');
INSERT INTO asterisk.sip VALUES ('101','secret','s3cret-101',2),('102','secret','it''s\\\\102',2);
INSERT INTO asterisk.incoming VALUES ('','16195550100','from-did-direct,101,1','Main line');
"""
RECORDS = """
CREATE DATABASE asteriskcdrdb;
CREATE TABLE asteriskcdrdb.cdr (calldate DATETIME NOT NULL, clid VARCHAR(80) NOT NULL DEFAULT '',
 src VARCHAR(80) NOT NULL, dst VARCHAR(80) NOT NULL, duration INT NOT NULL, billsec INT NOT NULL,
 disposition VARCHAR(45) NOT NULL, uniqueid VARCHAR(32) NOT NULL, recordingfile BLOB NULL,
 INDEX (calldate), INDEX (uniqueid)) ENGINE=InnoDB;
INSERT INTO asteriskcdrdb.cdr SELECT '2026-01-01' + INTERVAL seq SECOND, CONCAT('Caller ', seq),
 100 + seq % 50, 200 + seq % 30, seq % 600, seq % 500, IF(seq % 7, 'ANSWERED', 'NO ANSWER'),
 CONCAT('1767225600.', seq), UNHEX(MD5(seq)) FROM asteriskcdrdb.seq_1_to_{calls};
"""


@dataclass(frozen=True)
class Databases:
    """A server that runs. `defaults_file` is what clients on the machine sign in with."""

    socket: Path
    defaults_file: Path

    def ask(self, sql: str) -> str:
        """Run statements, and return what they say."""
        done = subprocess.run(
            ["mariadb", f"--defaults-file={self.defaults_file}", "--batch", "-N"],
            input=sql,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def checksums(self) -> str:
        """Return the checksum of every table."""
        return self.ask(
            "CHECKSUM TABLE asterisk.users, asterisk.sip, asterisk.incoming, asteriskcdrdb.cdr"
        )


def is_mariadb_installed() -> bool:
    """Is it installed?"""
    return program("mariadbd") is not None


@contextmanager
def databases(folder: Path, *, calls: int = CALLS) -> Iterator[Databases]:
    """Run MariaDB with a phone system's settings, and this many call records."""
    own = folder / "mariadb"
    user = getpass.getuser()
    subprocess.run(
        [
            *("mariadb-install-db", "--no-defaults", f"--datadir={own}", f"--user={user}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        ],
        check=True,
        capture_output=True,
    )
    socket = folder / "db.sock"
    written(folder / "client.cnf", f"[client]\nuser=root\nsocket={socket}\n")
    command = [
        *("mariadbd", "--no-defaults", f"--datadir={own}", f"--socket={socket}", f"--user={user}"),
        *("--skip-networking", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder}/db.pid"),
    ]
    with running(command, folder, 0, socket.exists):
        made = Databases(socket, folder / "client.cnf")
        made.ask(SETTINGS)
        made.ask(RECORDS.format(calls=calls))
        yield made
