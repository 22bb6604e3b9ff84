"""What the runner writes down: results, states and their changes, in one statement a batch.

Runs on the database thread.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError, connection

from calcom_portal.common.tenancy import system_scope
from calcom_portal.common.wakeup import wake
from monitoring.our_side import OUR_SIDE
from monitoring.runner.outbox import Written
from notifications.alarms import clear_alarms, raise_alarm

log = logging.getLogger(__name__)

FOLLOWER = "monitoring.follow_changes"

# One statement, so that a result, the state that it led to and the change stand or fall together.
# What is not newer than the check's last result was written before: a batch may be sent again.
# Tenants come from the check's own row, never from the runner's memory; and so does the state that
# the first result of a check changed: a runner that takes over may have read it before its
# predecessor's last results were written.
WRITE = """
WITH given AS (
    SELECT * FROM json_to_recordset(%s::json) AS g (
        c bigint, at timestamptz, code smallint, took integer, outcome text, words text,
        facts jsonb, state text, since timestamptz, "row" integer, settled text, was text)
), fresh AS (
    SELECT g.*, k.provider_id, k.customer_id,
           CASE WHEN row_number() OVER (PARTITION BY g.c ORDER BY g.at) = 1
                THEN k.state ELSE g.was END AS left_state
      FROM given g JOIN monitoring_check k ON k.id = g.c
     WHERE k.last_at IS NULL OR g.at > k.last_at
), results AS (
    INSERT INTO monitoring_result (provider_id, customer_id, of_check_id, at, outcome, took_us)
    SELECT provider_id, customer_id, c, at, code, took FROM fresh
        ON CONFLICT DO NOTHING
), changes AS (
    INSERT INTO monitoring_statechange
           (provider_id, customer_id, of_check_id, at, was, became, words, facts)
    SELECT provider_id, customer_id, c, at, left_state, state, words, facts
      FROM fresh WHERE was IS NOT NULL AND left_state <> state
        ON CONFLICT DO NOTHING
), newest AS (
    SELECT DISTINCT ON (c) * FROM fresh ORDER BY c, at DESC
)
UPDATE monitoring_check k
   SET state = n.state, since = n.since, "row" = n."row", settled = n.settled, last_at = n.at,
       last_outcome = n.outcome, last_words = n.words, last_took_us = n.took, last_facts = n.facts
  FROM newest n WHERE n.c = k.id
"""


def write(rows: Sequence[Written]) -> datetime:
    """Write a batch in one transaction; return the database's time.

    Sending the same batch again writes nothing twice.
    """
    body = json.dumps([row.row() for row in rows], separators=(",", ":"))
    with system_scope("the runner writes results") as scope, connection.cursor() as cursor:
        cursor.execute(WRITE, [body])
        if any(row.was for row in rows):
            wake(FOLLOWER)
        return scope.now


def write_singly(rows: Sequence[Written]) -> int:
    """Write rows one by one, and leave out what the database refuses; return how many those were.

    For a batch that was refused as a whole: one strange answer must not hold up all others.
    """
    refused = 0
    for row in rows:
        try:
            write([row])
        except (DataError, IntegrityError) as error:
            refused += 1
            log.warning("runner.refused check=%s error=%s", row.check_id, type(error).__name__)
    return refused


def tell_health(provider_ids: set[int], *, ill: bool) -> None:
    """Raise an alarm for people of the providers when our own side is suspected, and clear it."""
    with system_scope("the runner tells how it is"):
        if not ill:
            clear_alarms(provider_ids, OUR_SIDE)
            return
        for provider_id in sorted(provider_ids):
            raise_alarm(
                provider_id,
                OUR_SIDE,
                "Monitoring",
                "Much of what was well fails at once, at several sites: our own way out is"
                " suspected. Outages are not reported until it is over.",
            )
