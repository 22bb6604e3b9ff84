"""Every page of signing in and of what guards an account, and the pages that say what failed."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Page, Route

from accounts.actions.invite_person import invite_with_link
from accounts.actions.suspend_provider import suspend_provider
from accounts.capabilities import Role
from accounts.models import Membership
from accounts.operators import COMMAND_LINE
from calcom_portal.common.tenancy import system_scope
from notifications.alarms import MAIL_SERVER, raise_alarm
from notifications.models import Notice
from notifications.tokens import acknowledge_token
from tests.accounts.who import seat_id
from tests.browser.conftest import Stage, address_of, fill_sign_in, user_of
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.builders import build_password, build_person
from tests.cast import Cast
from tests.stage import acting
from tickets.notices import BREACHED
from tickets.sweeps.deadlines import sweep_deadlines

SECRET = "JBSWY3DPEHPK3PXP"
SUNDAY, LATE = "2026-06-14T10:00:00-07:00", "2026-06-15T17:30:00-07:00"


@dataclass(frozen=True, slots=True)
class Half(Stop):
    """The question after the right password."""

    email: str = ""

    def reach(self, page: Page) -> None:
        """Sign in with the password."""
        Stop.reach(self, page)
        fill_sign_in(page, self.email)
        page.wait_for_url("**/mfa/authenticate/")


@dataclass(frozen=True, slots=True)
class Failing(Stop):
    """A page of the portal that only a failure shows: the template itself, as a server sends it."""

    template: str = ""
    status: int = 500

    def reach(self, page: Page) -> None:
        """Have the address answered with the template."""

        def answer(route: Route) -> None:
            body = render_to_string(self.template)
            route.fulfill(status=self.status, content_type="text/html", body=body)

        page.route(f"**{self.start}", answer)
        page.goto(self.start)


@dataclass(frozen=True, slots=True)
class Stale(Stop):
    """What a form answers that was sent without the token of this sign-in."""

    def reach(self, page: Page) -> None:
        """Take the token out of the form, and send it."""
        Stop.reach(self, page)
        page.eval_on_selector_all("[name=csrfmiddlewaretoken]", "all => all.map(a => a.remove())")
        with page.expect_navigation():
            page.eval_on_selector("main form", "form => form.submit()")


def furnish_doors(stage: Stage, cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have every door stand open or shut; return the pages to look at, by who looks."""
    stage.time.set(SUNDAY)
    alerts = _alerts(stage, cast)
    for person in (cast.amit, cast.marco):
        build_password(person)
    TOTP.activate(user_of(cast.marco), SECRET)
    guarded = user_of(cast.ruth)
    TOTP.activate(guarded, SECRET)
    RecoveryCodes.activate(guarded)
    _second_seat(cast)
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.sam)).update(is_active=False)
    suspend_provider(
        provider_id=cast.northline.pk, because="The bill is open.", operator=COMMAND_LINE
    )
    invited = _invited(cast)
    return {
        "nobody": (
            *alerts,
            Stop("invitation", _invitation(cast, "noa@bayview.example")),
            Stop("invitation-known", invited),
            Stop("password-reset-key", _reset_link(cast)),
            Stop("password-reset-key-done", "/account/password/reset/key/done/"),
            Stop("inactive", "/account/inactive/"),
            Half("second-step", "/account/login/", email=address_of(cast.marco)),
            Stale("form-stale", "/account/password/reset/"),
            Failing("failed", "/failing/", template="500.html"),
            Failing("too-many", "/too-many/", template="429.html", status=429),
        ),
        # Their password stands, and they have no second step.
        "plain": (
            Stop("ask-password", "/account/reauthenticate/"),
            Stop("invitation-mine", invited),
            Stop("invitation-other", _invitation(cast, address_of(cast.elena))),
            Stop("passkey-new", "/account/mfa/passkeys/add/"),
            Stop("totp-new", "/account/mfa/totp/activate/"),
        ),
        "joined": (Stop("password-set", "/account/password/set/"),),
        "guarded": (
            Stop("guarded", "/account/mfa/"),
            Stop("totp-off", "/account/mfa/totp/deactivate/"),
            Stop("recovery-codes", "/account/mfa/recovery-codes/"),
            Stop("recovery-codes-new", "/account/mfa/recovery-codes/generate/"),
            Stop("ask-code", "/account/mfa/reauthenticate/"),
            *_outbox(cast),
        ),
        "seats": (Stop("seats", "/seat/?choose=1"),),
        "shut-out": (Stop("no-seat", "/seat/"),),
        "suspended": (
            Stop("suspended-home", "/queue/"),
            Stop("suspended-plan", "/provider/"),
            Stop("suspended-new", "/customers/new/"),
        ),
    }


def _alerts(stage: Stage, cast: Cast) -> tuple[Stop, ...]:
    for subject in ("No dial tone at front desk", "Fax line is dead"):
        open_now(cast, cast.elena, subject=subject)
    stage.time.set(LATE)
    sweep_deadlines()
    with acting(cast.ruth):
        missed = Notice.objects.filter(kind=BREACHED.code, recipient_id=seat_id(cast.priya))
        first, second = missed.order_by("pk").values_list("pk", flat=True)
    seen = f"/acknowledge/{acknowledge_token(second)}/"
    Client().post(seen)
    return (
        Stop("alert", f"/acknowledge/{acknowledge_token(first)}/"),
        Stop("alert-seen", seen),
    )


def _outbox(cast: Cast) -> tuple[Stop, ...]:
    """Have a notice that could not be sent, and the alarm about the mail server."""
    with acting(cast.ruth):
        mine = Notice.objects.filter(kind=BREACHED.code)
        dead, seen = mine.order_by("pk").values_list("pk", flat=True)[:2]
    with system_scope("a test arranges"):
        error = "550 5.1.1 no such user here"
        Notice.objects.filter(pk=dead).update(state="dead", attempts=8, last_error=error)
        raise_alarm(cast.calcom.pk, MAIL_SERVER, "Mail server", "Nobody answers at 10.0.0.25:25.")
    return (
        Stop("outbox-alarm", "/outbox/"),
        Stop("outbox-failed", "/outbox/?tab=dead"),
        Stop("notice-failed", f"/outbox/{dead}/"),
        Stop("notice-seen", f"/outbox/{seen}/"),
    )


def _second_seat(cast: Cast) -> None:
    """Let Priya work for Bayview as well."""
    other = build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.bayview, name="P. Shah")
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(other)).update(user_id=cast.priya.user_id)


def _invited(cast: Cast) -> str:
    """Invite Amit, who has an account already, to the provider's staff."""
    return _invitation(cast, address_of(cast.amit))


def _invitation(cast: Cast, email: str) -> str:
    with acting(cast.ruth):
        return invite_with_link(
            email=email, name="Noa Field", role="technician", customer=None, actor=cast.ruth
        )[1]


def _reset_link(cast: Cast) -> str:
    build_password(cast.elena)
    user = user_of(cast.elena)
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/account/password/reset/key/{key}/"


def passkey_pages(user_id: int) -> tuple[Stop, ...]:
    """Return the pages about the passkey that somebody has."""
    passkey = Authenticator.objects.get(user_id=user_id, type="webauthn")
    of_passkey = f"/account/mfa/passkeys/{passkey.pk}/"
    return (
        Stop("passkeys", "/account/mfa/passkeys/"),
        Stop("passkey-rename", f"{of_passkey}rename/"),
        Stop("passkey-remove", f"{of_passkey}remove/"),
        Stop("ask-passkey", "/account/mfa/passkeys/again/"),
    )
