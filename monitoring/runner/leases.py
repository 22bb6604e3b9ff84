"""Which customers' checks this runner asks: shards by lease, shared evenly among the runners alive.

Runs on the database thread, outside any scope: leases are the root's, no tenant's. All checks of a
customer are in one shard, so that parents and children are seen by the same runner.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

SHARDS = 16
LEASE = timedelta(seconds=10)
BEAT_EVERY = timedelta(seconds=3)
# Seats of runners that stopped beating so long ago are taken off the list.
KEPT = timedelta(days=1)

MAKE = """
INSERT INTO monitoring_runnerlease (shard, holder, until)
SELECT shard, '', portal_now() - interval '1 second' FROM generate_series(0, %s - 1) AS shard
    ON CONFLICT DO NOTHING
"""
SIT = """
INSERT INTO monitoring_runnerseat (holder, version, started_at, beat_at, ill_since, figures)
VALUES (%(holder)s, %(version)s, portal_now(), portal_now(),
        portal_now() - %(ill)s * interval '1 second', %(figures)s)
    ON CONFLICT (holder) DO UPDATE
   SET beat_at = excluded.beat_at, figures = excluded.figures,
       ill_since = CASE WHEN excluded.ill_since IS NULL THEN NULL
                        ELSE coalesce(monitoring_runnerseat.ill_since, excluded.ill_since) END
RETURNING portal_now()
"""
TIDY = "DELETE FROM monitoring_runnerseat WHERE beat_at < portal_now() - %s * interval '1 second'"
ALIVE = """
SELECT count(*) FROM monitoring_runnerseat WHERE beat_at > portal_now() - %s * interval '1 second'
"""
# A lease that ran out while the database was away is still ours unless somebody took it.
KEEP = """
UPDATE monitoring_runnerlease SET until = portal_now() + %s * interval '1 second'
 WHERE holder = %s RETURNING shard
"""
LET_GO = """
UPDATE monitoring_runnerlease SET holder = '', until = portal_now() - interval '1 second'
 WHERE holder = %s AND shard = ANY(%s)
"""
TAKE = """
UPDATE monitoring_runnerlease SET holder = %s, until = portal_now() + %s * interval '1 second'
 WHERE shard IN (SELECT shard FROM monitoring_runnerlease WHERE until < portal_now()
                  ORDER BY shard LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING shard
"""
NEIGHBOURS = """
SELECT holder FROM monitoring_runnerseat WHERE starts_with(holder, %s) AND holder <> %s
"""
STAND_UP = "DELETE FROM monitoring_runnerseat WHERE holder = %s"


@dataclass(frozen=True, slots=True)
class Held:
    """What a beat brought: the shards that are ours now, and the database's time."""

    shards: frozenset[int]
    now: datetime


def beat(
    holder: str, version: str, figures: Mapping[str, Any], ill_for: float | None = None
) -> Held:
    """Say that we live, keep our shards, take free ones, and give up what is more than our share.

    `ill_for` are the seconds since our own side is suspected, None when it is well.
    """
    seat = {
        "holder": holder,
        "version": version,
        "figures": json.dumps(dict(figures)),
        "ill": ill_for,
    }
    lease = LEASE.total_seconds()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAKE, [SHARDS])
        cursor.execute(SIT, seat)
        now: datetime = cursor.fetchone()[0]
        cursor.execute(TIDY, [KEPT.total_seconds()])
        cursor.execute(ALIVE, [lease])
        share = -(-SHARDS // max(1, cursor.fetchone()[0]))
        cursor.execute(KEEP, [lease, holder])
        mine = sorted(shard for (shard,) in cursor.fetchall())
        if mine[share:]:
            cursor.execute(LET_GO, [holder, mine[share:]])
        elif len(mine) < share:
            cursor.execute(TAKE, [holder, lease, share - len(mine)])
            mine += [shard for (shard,) in cursor.fetchall()]
    return Held(frozenset(mine[:share]), now)


def bury(holder: str) -> list[str]:
    """Free what dead runners of this machine held, so that a restart need not wait for a lease.

    A holder is named host:process id. Returns who was found dead.
    """
    host = holder.rpartition(":")[0]
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS, [f"{host}:", holder])
        others = [other for (other,) in cursor.fetchall()]
    dead = [other for other in others if not _lives(other.rpartition(":")[2])]
    for other in dead:
        leave(other)
    return dead


def _lives(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OverflowError, PermissionError):
        return True
    return True


def leave(holder: str) -> None:
    """Give everything up, so that others need not wait for the leases to run out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LET_GO, [holder, list(range(SHARDS))])
        cursor.execute(STAND_UP, [holder])
