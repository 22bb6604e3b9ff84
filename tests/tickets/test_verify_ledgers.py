"""`manage.py verify_ledgers`: one line a chain, of every provider, and a status for scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from psycopg2 import extensions

from accounts.audit import record, verify_audit
from accounts.chains import Chain, append_links, verify_chain
from accounts.models import AuditEntry, ChainHead
from calcom_portal.common.chain import Break, Link
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import acting
from tickets.verification import verify_clock

LEDGERS = ("accounts_chainhead", "accounts_auditentry")
ROOT = Path(__file__).resolve().parents[2]


def as_owner(owner: extensions.connection, sql: str) -> None:
    """Change rows behind the portal's back. Forced row policies bind even the owner."""
    with owner.cursor() as cursor:
        cursor.execute("SET ROLE portal_owner")
        for table in LEDGERS:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(sql)
        for table in LEDGERS:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    owner.commit()


def counted(cast: Cast) -> None:
    """Leave three entries in CalCom's trail."""
    with acting(cast.ruth):
        for number in range(3):
            record(cast.ruth, "test.counted", f"thing {number}")


def test_every_chain_of_every_provider_has_its_line(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_ledgers")
    assert capsys.readouterr().out.splitlines() == [
        "holds   CalCom, clock",
        "holds   CalCom, audit",
        "holds   CalCom, manifests of backups",
        "holds   Northline, clock",
        "holds   Northline, audit",
        "holds   Northline, manifests of backups",
    ]


def test_without_providers_it_says_so(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_ledgers")
    assert capsys.readouterr().out == "There is no provider yet, so there is nothing to verify.\n"


def test_one_broken_chain_does_not_hide_the_others(
    committed_cast: Cast,
    owner_connection: extensions.connection,
    capsys: pytest.CaptureFixture[str],
) -> None:
    counted(committed_cast)
    as_owner(
        owner_connection,
        "DELETE FROM accounts_chainhead WHERE chain = 'clock'",
    )
    as_owner(owner_connection, "UPDATE accounts_auditentry SET body = body || ' '")
    with pytest.raises(CommandError, match="3 breaks found"):
        call_command("verify_ledgers")
    seen = capsys.readouterr()
    assert seen.err.splitlines() == [
        "BROKEN  CalCom, clock: fact 1: the head of the chain is missing",
        "BROKEN  CalCom, audit: row 1: the row was changed after it was written",
        "BROKEN  Northline, clock: fact 1: the head of the chain is missing",
    ]
    assert seen.out.splitlines() == [
        "holds   CalCom, manifests of backups",
        "holds   Northline, audit",
        "holds   Northline, manifests of backups",
    ]


def test_its_status_is_0_when_all_holds_and_1_when_not(
    committed_cast: Cast, owner_connection: extensions.connection
) -> None:
    counted(committed_cast)
    assert _run().returncode == 0
    as_owner(owner_connection, "UPDATE accounts_auditentry SET actor_name = 'X'")
    broken = _run()
    assert broken.returncode == 1
    assert "BROKEN  CalCom, audit: row 1: actor_name beside the row" in broken.stderr


def _run() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "verify_ledgers"]
    return subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )


TAMPERING: dict[str, tuple[str, Break]] = {
    "who": (
        "UPDATE accounts_auditentry SET actor_name = 'Nobody' WHERE number = 2",
        Break(2, "actor_name beside the row differ from what was written"),
    ),
    "what and when": (
        "UPDATE accounts_auditentry SET action = 'x', at = at - interval '1 s' WHERE number = 3",
        Break(3, "at, action beside the row differ from what was written"),
    ),
    "a row out of the middle": (
        "DELETE FROM accounts_auditentry WHERE number = 2",
        Break(2, "row 2 is missing"),
    ),
    "the end cut off": (
        "DELETE FROM accounts_auditentry WHERE number = 3",
        Break(3, "row 3 is missing: the chain ends at row 2, its head says 3"),
    ),
    "another head": (
        "UPDATE accounts_chainhead SET digest = repeat('0', 64) WHERE chain = 'audit'",
        Break(3, "the head of the chain tells another row 3"),
    ),
    "a head put back": (
        """
        UPDATE accounts_chainhead head SET number = 2, digest = row.digest
          FROM accounts_auditentry row WHERE row.number = 2 AND head.number = 3
        """,
        Break(2, "the head of the chain tells another row 2"),
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_with_the_trail_is_found(
    committed_cast: Cast, owner_connection: extensions.connection, what: str
) -> None:
    sql, expected = TAMPERING[what]
    counted(committed_cast)
    with acting(committed_cast.ruth):
        assert verify_audit(committed_cast.calcom.pk) is None
    as_owner(owner_connection, sql)
    with acting(committed_cast.ruth):
        assert verify_audit(committed_cast.calcom.pk) == expected


def test_rows_that_are_written_meanwhile_are_no_break(cast: Cast) -> None:
    """The portal need not stop for it: the walk sees more rows than the head that it began with."""
    counted(cast)
    with acting(cast.ruth):

        def links(then: Callable[[], object]) -> Iterator[Link]:
            then()
            for row in AuditEntry.objects.order_by("number"):
                yield Link(row.number, row.previous, row.body, row.digest)

        more = links(lambda: record(cast.ruth, "test.counted", "meanwhile"))
        found = verify_chain(Chain.AUDIT, provider_id=cast.calcom.pk, links=more)
        assert found is None
        assert ChainHead.objects.get(chain="audit").number == 4


def test_a_place_on_the_clock_chain_without_its_fact_is_found(cast: Cast) -> None:
    with system_scope("a test takes a place and writes no fact"):
        append_links(Chain.CLOCK, provider_id=cast.calcom.pk, bodies=["{}"])
        assert verify_clock(cast.calcom.pk) == [
            "fact 1: row 1 is missing: the chain ends at row 0, its head says 1"
        ]
