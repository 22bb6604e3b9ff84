"""Something on every page of people, providers and sign-up, and the addresses of these pages."""

from __future__ import annotations

from datetime import timedelta

from accounts.actions import let_customer_go
from accounts.actions.ask_sign_up import ask_sign_up
from accounts.actions.invite_person import invite_with_link
from accounts.actions.suspend_provider import suspend_provider
from accounts.models import Customer, Job, SignUp
from accounts.offboarding import Leaving
from accounts.operators import COMMAND_LINE
from accounts.sign_up import confirm_path
from calcom_portal.common.tenancy import provider_scope
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.cast import Cast
from tests.stage import acting
from tickets.actions import claim_ticket


def furnish_people(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have something of everything; return the pages to look at, by who looks."""
    ticket = open_now(cast, cast.elena)
    with acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    _let_sutter_go(cast)
    suspend_provider(
        provider_id=cast.northline.pk, because="The bill is open.", operator=COMMAND_LINE
    )
    bayview, sutter = f"/customers/{cast.bayview.pk}/", f"/customers/{cast.sutter.pk}/"
    elena, dana = (f"/people/{one.membership_id}/" for one in (cast.elena, cast.dana))
    return {
        "admin": (
            Stop("job-running", f"/jobs/{_job(cast, 'running').pk}/"),
            Stop("job-waiting", f"/jobs/{_job(cast, 'queued').pk}/"),
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
    )


def _let_sutter_go(cast: Cast) -> None:
    with acting(cast.ruth) as scope:
        customer = Customer.objects.get(pk=cast.sutter.pk)
        leaving = Leaving(scope.now.date() - timedelta(days=2), closes_tickets=True)
        let_customer_go(customer=customer, leaving=leaving, actor=cast.ruth)


def _job(cast: Cast, state: str) -> Job:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        job: Job = Job.objects.create(
            provider=cast.calcom,
            membership_id=cast.ruth.membership_id or 0,
            by_staff=True,
            kind="probe",
            title="Import of stock.csv",
            state=state,
            step="Writing devices" if state == "running" else "",
            done_count=400,
            total_count=1000,
            attempts=2,
            created_at=scope.now,
            moved_at=scope.now,
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
