"""Calls at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from tests.api.caller import caller
from tests.cast import Cast
from tests.stage import acting
from tickets.models import Message, Ticket

REPORT: dict[str, Any] = {"subject": "No dial tone", "text": "Both front desk phones are dead."}


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Make calls from as many threads, all let go together."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        barrier.wait()
        try:
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_fifty_calls_with_one_key_open_one_ticket_and_get_one_answer(committed_cast: Cast) -> None:
    elena = caller(committed_cast.elena)
    answers = [
        answer
        for _ in range(2)
        for answer in at_once(25, lambda _: elena.post("/tickets", REPORT, Idempotency_Key="k"))
    ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer["Idempotency-Replayed"] == "false" for answer in answers) == 1
    with acting(committed_cast.elena):
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_twenty_bodies_under_one_key_leave_one_ticket(committed_cast: Cast) -> None:
    elena = caller(committed_cast.elena)

    def call(number: int) -> Any:
        body = REPORT | {"subject": f"Phone {number}"}
        return elena.post("/tickets", body, Idempotency_Key="k")

    statuses = sorted(answer.status_code for answer in at_once(20, call))
    assert statuses == [201] + [422] * 19
    with acting(committed_cast.elena):
        assert Ticket.objects.count() == 1


def test_of_twenty_that_saw_the_same_state_one_acts(committed_cast: Cast) -> None:
    dana = caller(committed_cast.dana)
    reference = caller(committed_cast.elena).post("/tickets", REPORT).json()["reference"]
    seen = dana.get(f"/tickets/{reference}")["ETag"]

    def call(number: int) -> Any:
        return dana.post(f"/tickets/{reference}/replies", {"text": f"{number}"}, If_Match=seen)

    statuses = sorted(answer.status_code for answer in at_once(20, call))
    assert statuses == [201] + [412] * 19
    with acting(committed_cast.dana):
        assert Message.objects.count() == 2
