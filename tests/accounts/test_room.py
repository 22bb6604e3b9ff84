"""Plans: what has no room any more is refused with the limit's name, for two at once as well."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
from django.db import connections

from accounts.actions import (
    change_customer,
    create_customer,
    deactivate_person,
    invite_person,
    reactivate_person,
)
from accounts.models import Customer, Invitation, Membership, Provider
from accounts.room import PlanFull, Resource, Usage, usage_of
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import system_scope
from contracts.actions import DeviceFacts, create_device
from tests.accounts.who import seat_id
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tickets.actions import reply_to_ticket
from tickets.models import Message


def limit(cast: Cast, **limits: int) -> None:
    """Put CalCom (2 customers, 4 staff, 1 device) on a plan."""
    with system_scope("a test sets limits"):
        Provider.objects.filter(pk=cast.calcom.pk).update(plan_name="Trial", limits=limits)


def test_a_customer_too_many_is_refused_with_the_limit_and_who_can_raise_it(cast: Cast) -> None:
    limit(cast, customers=3)
    with acting(cast.ruth):
        create_customer(name="Third", number="N-3", actor=cast.ruth)
        with pytest.raises(PlanFull) as refused:
            create_customer(name="Fourth", number="N-4", actor=cast.ruth)
        assert Customer.objects.count() == 3
    assert str(refused.value) == "The plan Trial has room for 3 active customers; 3 are in use."
    assert "whoever runs this portal" in refused.value.remedy


def test_the_page_tells_it_in_words(cast: Cast) -> None:
    limit(cast, customers=2)
    data = {"name": "Third", "number": "N-3", "submission": "7f2d2d1e-0000-4000-8000-000000000001"}
    answer = browser_of(cast.ruth).post("/customers/new/", data)
    assert answer.status_code == 409
    assert "There is no room for this" in answer.content.decode()


def test_an_inactive_customer_makes_room_and_needs_it_to_come_back(cast: Cast) -> None:
    limit(cast, customers=2)
    with acting(cast.ruth):
        facts: dict[str, Any] = {"name": "Sutter Freight", "number": "N-9", "phone": ""}
        change_customer(customer=cast.sutter, **facts, is_active=False, actor=cast.ruth)
        create_customer(name="Third", number="N-3", actor=cast.ruth)
        with pytest.raises(PlanFull):
            change_customer(customer=cast.sutter, **facts, is_active=True, actor=cast.ruth)
        assert not Customer.objects.get(pk=cast.sutter.pk).is_active


def test_invited_staff_count_and_customers_people_do_not(cast: Cast) -> None:
    limit(cast, staff=5)
    with acting(cast.ruth):
        invite(cast.ruth, "a@calcom.example")
        with pytest.raises(PlanFull, match="5 staff"):
            invite(cast.ruth, "b@calcom.example")
        invite_person(
            email="c@bayview.example",
            name="C",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )
        assert Invitation.objects.count() == 2


def test_a_person_who_was_closed_out_needs_room_to_come_back(cast: Cast) -> None:
    limit(cast, staff=4)
    with acting(cast.ruth):
        dana = Membership.objects.get(pk=seat_id(cast.dana))
        deactivate_person(person=dana, actor=cast.ruth)
        invite(cast.ruth, "a@calcom.example")
        with pytest.raises(PlanFull):
            reactivate_person(person=dana, actor=cast.ruth)


def test_devices_in_service_count(cast: Cast) -> None:
    limit(cast, devices=1)
    with acting(cast.ruth), pytest.raises(PlanFull, match="1 devices in service"):
        create_device(site=cast.market_street, facts=DeviceFacts("Gateway"), actor=cast.ruth)


def test_a_customers_file_without_room_is_refused_without_a_word_about_plans(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T16:00:00+00:00")
    ticket = opened(cast, database_time)
    limit(cast, storage=10)
    photo = IncomingFile("a.txt", 11, lambda: io.BytesIO(b"hello world"))
    with acting(cast.elena):
        before = Message.objects.count()
        with pytest.raises(PlanFull) as refused:
            reply_to_ticket(ticket=ticket, text="See.", files=[photo], actor=cast.elena)
        assert Message.objects.count() == before
    assert "plan" not in f"{refused.value} {refused.value.remedy}"
    assert "CalCom" in str(refused.value)


def test_what_is_more_than_the_plan_stays(cast: Cast) -> None:
    limit(cast, customers=1, staff=1, devices=0)
    with acting(cast.ruth):
        rows = {one.resource: (one.used, one.most) for one in usage_of(Provider.objects.get())}
    assert rows == {
        Resource.CUSTOMERS: (2, 1),
        Resource.STAFF: (4, 1),
        Resource.DEVICES: (1, 0),
        Resource.STORAGE: (0, None),
    }
    page = browser_of(cast.ruth).get("/provider/").content.decode()
    assert "Nearly full" in page


@pytest.mark.parametrize(
    ("used", "most", "share", "is_near"),
    [
        (0, None, 0, False),
        (0, 10, 0, False),
        (9, 10, 90, True),
        (12, 10, 100, True),
        (0, 0, 100, True),
    ],
)
def test_a_share_is_of_the_limit(used: int, most: int | None, share: int, is_near: bool) -> None:
    usage = Usage(Resource.CUSTOMERS, used, most)
    assert (usage.share, usage.is_near) == (share, is_near)


def test_of_two_who_take_the_last_place_one_gets_it(committed_cast: Cast) -> None:
    cast = committed_cast
    limit(cast, customers=3)
    results: list[str] = []

    def add(number: int) -> None:
        try:
            with acting(cast.ruth):
                create_customer(name=f"C {number}", number=f"N-{number}", actor=cast.ruth)
            results.append("added")
        except PlanFull:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["added", "refused"]


def invite(actor: Viewer, email: str) -> None:
    invite_person(email=email, name="N", role="technician", customer=None, actor=actor)
