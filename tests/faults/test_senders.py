"""Senders that die after the mail server has said 250."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.faults.children import kill, running, start
from tests.faults.due import build_due_clocks
from tests.faults.work import notices_due
from tests.faults.world import assert_all_sent, assert_world
from tests.notifications.smtp_sink import running_sink
from tickets.sweeps.deadlines import sweep_deadlines

pytestmark = pytest.mark.faults

END_LEASES = "UPDATE notifications_notice SET lease_until = portal_now() WHERE state = 'leased'"
ALONE = "UPDATE notifications_notice SET digest_key = ''"


def test_a_sender_killed_after_250_sends_again_with_the_same_message_id(
    committed_cast: Cast,
) -> None:
    build_due_clocks(committed_cast, 300)
    sweep_deadlines()
    # One mail a notice, so that there is something to interrupt.
    _as_system(ALONE)
    chance = random.Random(250)

    kills = 0
    with running_sink() as sink:
        mail_url = f"smtp://127.0.0.1:{sink.port}"
        while notices_due() and kills < 6:
            child = start("send", MAIL_URL=mail_url)
            time.sleep(chance.uniform(0.05, 0.3))
            kills += kill(child)
            # The test does not wait two minutes for a dead sender's lease.
            _as_system(END_LEASES)
        with running("send", MAIL_URL=mail_url) as last:
            last.wait(120)

    assert kills >= 3
    assert len(sink.taken) >= 300
    assert_all_sent(committed_cast, sink.taken, kills)
    assert_world(committed_cast)


def _as_system(statement: str) -> None:
    with system_scope("a test moves a notice along"), connection.cursor() as cursor:
        cursor.execute(statement)
