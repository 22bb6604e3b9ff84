"""Something on every page of people, providers and sign-up, and the addresses of these pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page

from accounts.actions import let_customer_go
from accounts.actions.ask_sign_up import ask_sign_up
from accounts.actions.create_api_key import create_api_key
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.invite_person import invite_with_link
from accounts.actions.schedule_deletion import schedule_deletion
from accounts.actions.suspend_provider import suspend_provider
from accounts.capabilities import Role
from accounts.models import ApiKey, Customer, Job, Membership, SignUp
from accounts.models.jobs import JobState
from accounts.offboarding import Leaving
from accounts.operators import COMMAND_LINE
from accounts.sign_up import confirm_path
from calcom_portal.common.tenancy import provider_scope
from tests.accounts.who import seat_id
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.builders import build_customer, build_person
from tests.cast import Cast
from tests.stage import acting
from tickets.actions import claim_ticket


@dataclass(frozen=True, slots=True)
class MadeKey(Stop):
    """The one time that a key is shown."""

    def reach(self, page: Page) -> None:
        """Have a key made."""
        Stop.reach(self, page)
        page.locator("[name=label]").fill("Monitoring")
        page.locator("[name=scopes]").first.check()
        with page.expect_navigation():
            page.get_by_role("button", name="Make key").click()
        assert page.locator("#token").input_value()


DISK_FULL = "The disk was full after 400 of 1,000 rows. Nothing of it was kept."
ASKED = "Ruth Lindqvist stopped it."


def furnish_people(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have something of everything; return the pages to look at, by who looks."""
    ticket = open_now(cast, cast.elena)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    _let_sutter_go(cast)
    suspend_provider(
        provider_id=cast.northline.pk, because="The bill is open.", operator=COMMAND_LINE
    )
    _close_northline(cast)
    leaving = _leaving(cast)
    bayview, sutter = f"/customers/{cast.bayview.pk}/", f"/customers/{cast.sutter.pk}/"
    elena, dana = (f"/people/{one.membership_id}/" for one in (cast.elena, cast.dana))
    return {
        "admin": (
            Stop("job-running", f"/jobs/{_job(cast, 'running').pk}/"),
            Stop("job-waiting", f"/jobs/{_job(cast, 'queued').pk}/"),
            Stop("job-done", f"/jobs/{_job(cast, 'done').pk}/"),
            Stop("job-failed", f"/jobs/{_job(cast, 'failed', error=DISK_FULL).pk}/"),
            Stop("job-stopped", f"/jobs/{_job(cast, 'stopped', error=ASKED).pk}/"),
            Stop("key-revoke", f"/keys/{_key(cast).pk}/revoke/"),
            Stop("keys", "/keys/"),
            MadeKey("key-made", "/keys/new/"),
            Stop("person-closed", f"/people/{_closed(cast)}/"),
            Stop("customer-leaving", leaving),
            Stop("customer-call-off", f"{leaving}leave/"),
            Stop("deactivate", f"{dana}deactivate/"),
            Stop("hand-over", f"{dana}hand-over/"),
            Stop("person-of-customer", elena),
            Stop("customer-leave", f"{bayview}leave/"),
            Stop("customer-left", f"{sutter}leave/"),
            Stop("customer-gone", sutter),
            Stop("take-out", f"{bayview}take-out/"),
            Stop("seat", "/seat/?choose=1"),
            Stop("close-provider", "/provider/close/"),
        ),
        "closing": (
            Stop("closing-plan", "/provider/"),
            Stop("keep-provider", "/provider/keep/"),
        ),
        "unproved": (Stop("second-step", "/provider/close/"),),
        "looking": (
            Stop("look-home", "/"),
            Stop("look-tickets", "/tickets/"),
            Stop("look-ticket", f"/tickets/{ticket.reference}/"),
        ),
        "customer": (
            Stop("our-take-out", f"{bayview}take-out/"),
            Stop("our-deactivate", f"{elena}deactivate/"),
            Stop("our-hand-over", f"{elena}hand-over/"),
        ),
        "operator": _of_operators(cast),
        "nobody": (
            Stop("sign-up-sent", "/sign-up/sent/"),
            Stop("sign-up-confirm", _sign_up()),
            Stop("invitation", _invitation(cast)),
        ),
    }


def _of_operators(cast: Cast) -> tuple[Stop, ...]:
    calcom, northline = (f"/operator/providers/{one.pk}/" for one in (cast.calcom, cast.northline))
    return (
        Stop("operator", "/operator/"),
        Stop("operator-log", "/operator/log/"),
        Stop("operator-new", "/operator/providers/new/"),
        Stop("operator-provider", calcom),
        Stop("operator-suspended", northline),
        *(Stop(f"operator-{act}", f"{calcom}{act}/") for act in ("plan", "sender", "suspend")),
        Stop("operator-delete", f"{calcom}delete/"),
        Stop("operator-resume", f"{northline}resume/"),
        Stop("operator-keep", f"{northline}keep/"),
    )


def _let_sutter_go(cast: Cast) -> None:
    with acting(cast.ruth) as scope:
        customer = Customer.objects.get(pk=cast.sutter.pk)
        leaving = Leaving(scope.now.date() - timedelta(days=2), closes_tickets=True)
        let_customer_go(customer=customer, leaving=leaving, actor=cast.ruth)


def _close_northline(cast: Cast) -> None:
    schedule_deletion(provider_id=cast.northline.pk, operator=COMMAND_LINE)


def _leaving(cast: Cast) -> str:
    """Have a customer whose last day is set; return its address."""
    customer = build_customer(cast.calcom, "Fern Cafe")
    with acting(cast.ruth) as scope:
        leaving = Leaving(scope.now.date() + timedelta(days=20), closes_tickets=False)
        let_customer_go(customer=customer, leaving=leaving, actor=cast.ruth)
    return f"/customers/{customer.pk}/"


def _closed(cast: Cast) -> int:
    """Close the access of a technician; return who it was."""
    former = build_person(cast.calcom, Role.TECHNICIAN, name="Femi Obi")
    with acting(cast.ruth):
        person = Membership.objects.get(pk=seat_id(former))
        deactivate_person(person=person, successor_id=None, actor=cast.ruth)
    return person.pk


def _key(cast: Cast) -> ApiKey:
    with acting(cast.ruth):
        return create_api_key(
            person=Membership.objects.get(pk=seat_id(cast.dana)),
            label="Wall screen",
            scopes=["tickets:read"],
            lasts=timedelta(days=90),
            actor=cast.ruth,
        )[0]


def _job(cast: Cast, state: str, error: str = "") -> Job:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        job: Job = Job.objects.create(
            provider=cast.calcom,
            membership_id=cast.ruth.membership_id or 0,
            by_staff=True,
            kind="probe",
            title="Import of stock.csv",
            state=state,
            step="Writing devices" if state == "running" else "",
            error=error,
            done_count=1000 if state == "done" else 400,
            total_count=1000,
            attempts=2,
            created_at=scope.now,
            moved_at=scope.now,
            finished_at=scope.now if JobState(state).is_over else None,
        )
    return job


def _invitation(cast: Cast) -> str:
    with acting(cast.ruth):
        return invite_with_link(
            email="noa@bayview.example",
            name="Noa Field",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )[1]


def _sign_up() -> str:
    ask_sign_up(
        company="Harbor Voice",
        name="Hana Ito",
        email="hana@harborvoice.example",
        address="203.0.113.7",
    )
    return confirm_path(SignUp.objects.get().nonce)
