"""The steps in the life of a signed contract. Each shows what it would do, then does just that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.errors import BadInput
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_contract
from contracts.actions import (
    Changed,
    Side,
    call_off_contract,
    end_contract,
    give_notice,
    renew_contract,
    set_horizons,
    withdraw_notice,
)
from contracts.consequences import (
    ChangedMeanwhile,
    Consequences,
    carry_out,
    refuse_unseen,
    rehearse,
)
from contracts.days import today_of_calendar
from contracts.forms.fields import show_problem
from contracts.forms.life import (
    CallOffForm,
    EndForm,
    HorizonsForm,
    NoticeForm,
    RenewForm,
    WithdrawForm,
)
from contracts.models import Contract, ContractState, Terms
from contracts.reminding import horizons_of
from contracts.views.calendars import MovedRow
from contracts.views.once import done_once

CHANGE = Capability.MANAGE_CONTRACTS
USUAL_MONTHS = 12


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its words, its form, and the act that the form asks for."""

    contract: Contract
    route: str
    title: str
    label: str
    done: str
    form: Any
    act: Callable[[], Changed]
    is_risk: bool = False
    template: str = "contracts/contract_step.html"
    context: dict[str, Any] = field(default_factory=dict)
    # Given: what is shown does not happen yet; this is done instead.
    instead: Callable[[], object] | None = None


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_renew(request: ViewerRequest, id: int) -> HttpResponse:
    """Renew a contract for its next period."""
    found = access_contract(request.viewer, id)
    initial = {"months": found.renewal_months or USUAL_MONTHS}
    form = RenewForm(_posted(request), initial=initial)
    step = StepPage(
        found,
        "contract_renew",
        f"Renew {found}",
        "Renew",
        f"Contract {found} is renewed.",
        form,
        lambda: renew_contract(
            contract=found, months=form.cleaned_data["months"], actor=request.viewer
        ),
    )
    return walk(request, step)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_notice(request: ViewerRequest, id: int) -> HttpResponse:
    """Write down that somebody gave notice."""
    found = access_contract(request.viewer, id)
    form = NoticeForm(
        _posted(request),
        customer=found.customer.name,
        provider=request.viewer.provider_name,
        initial={"side": Side.CUSTOMER.value, "given_on": _today(found)},
    )
    step = StepPage(
        found,
        "contract_notice",
        f"Notice for {found}",
        "Write the notice down",
        f"The notice for contract {found} is written down.",
        form,
        lambda: give_notice(
            contract=found,
            side=Side(form.cleaned_data["side"]),
            given_on=form.cleaned_data["given_on"],
            reason=form.cleaned_data["reason"],
            actor=request.viewer,
        ),
        is_risk=True,
    )
    return walk(request, step)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_notice_withdraw(request: ViewerRequest, id: int) -> HttpResponse:
    """Take a notice back."""
    found = access_contract(request.viewer, id)
    form = WithdrawForm(_posted(request))
    step = StepPage(
        found,
        "contract_notice_withdraw",
        f"Withdraw the notice for {found}",
        "Withdraw the notice",
        f"The notice for contract {found} is withdrawn.",
        form,
        lambda: withdraw_notice(
            contract=found, reason=form.cleaned_data["reason"], actor=request.viewer
        ),
    )
    return walk(request, step)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_end(request: ViewerRequest, id: int) -> HttpResponse:
    """End a contract before its time."""
    found = access_contract(request.viewer, id)
    form = EndForm(_posted(request), initial={"last_day": _today(found)})
    step = StepPage(
        found,
        "contract_end",
        f"End {found} early",
        "End the contract",
        f"The last day of contract {found} is set.",
        form,
        lambda: end_contract(
            contract=found,
            last_day=form.cleaned_data["last_day"],
            reason=form.cleaned_data["reason"],
            actor=request.viewer,
        ),
        is_risk=True,
    )
    return walk(request, step)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_call_off(request: ViewerRequest, id: int) -> HttpResponse:
    """Cancel a signed contract that has not begun."""
    found = access_contract(request.viewer, id)
    form = CallOffForm(_posted(request))
    step = StepPage(
        found,
        "contract_call_off",
        f"Cancel {found} before it begins",
        "Cancel the contract",
        f"Contract {found} is cancelled.",
        form,
        lambda: call_off_contract(
            contract=found, reason=form.cleaned_data["reason"], actor=request.viewer
        ),
        is_risk=True,
    )
    return walk(request, step)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def contract_reminders(request: ViewerRequest) -> HttpResponse:
    """Set how many days ahead people are reminded."""
    days = ", ".join(str(day) for day in horizons_of(request.viewer.provider_id))
    form = HorizonsForm(_posted(request), initial={"horizons": days})
    if request.method == "POST" and form.is_valid():
        set_horizons(horizons=form.cleaned_data["horizons"], actor=request.viewer)
        messages.success(request, "The reminders are set.")
        return go(request, reverse("contracts"))
    status = 422 if form.errors else 200
    return page(request, "contracts/contract_reminders.html", {"form": form}, status=status)


def walk(request: ViewerRequest, step: StepPage) -> HttpResponse:
    """Show the form, then the consequences, then carry them out, if they are still the same."""
    if request.method == "GET" and step.contract.state != ContractState.SIGNED:
        return go(request, reverse("contract", args=[step.contract.pk]))
    asked = request.POST.get("step", "preview")
    if request.method == "GET" or asked == "edit":
        return _editor(request, step)
    if step.form.is_valid():
        try:
            if asked == "confirm":
                return done_once(request, step.route, step.form, lambda: _done(request, step))
            return _shown(request, step, rehearse(step.contract, step.act))
        except BadInput as error:
            show_problem(step.form, error)
        except ChangedMeanwhile as changed:
            return _shown(request, step, changed.consequences, status=409)
    return _editor(request, step, status=422)


def _done(request: ViewerRequest, step: StepPage) -> str:
    seen = step.form.cleaned_data["seen"]
    if step.instead is None:
        carry_out(step.contract, step.act, seen)
    else:
        refuse_unseen(step.contract, step.act, seen)
        step.instead()
    messages.success(request, step.done)
    return reverse("contract", args=[step.contract.pk])


def _shown(
    request: ViewerRequest, step: StepPage, found: Consequences, *, status: int = 200
) -> HttpResponse:
    context = {
        "step": step,
        "found": found,
        "moved": [MovedRow(row) for row in found.moved],
        "has_changed": status != 200,
        # A template would call the act itself.
        "is_to_be_signed": step.instead is not None,
        "hidden": [step.form[name] for name in step.form.fields if name != "seen"],
    }
    return page(request, "contracts/contract_preview.html", context, status=status)


def _editor(request: ViewerRequest, step: StepPage, *, status: int = 200) -> HttpResponse:
    context = {"step": step, "form": step.form, "contract": step.contract, **step.context}
    return page(request, step.template, context, status=status)


def _posted(request: ViewerRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _today(contract: Contract) -> Any:
    newest = Terms.objects.select_related("calendar").filter(contract=contract).order_by("-number")
    terms = newest.first()
    return today_of_calendar(terms.calendar, database_now()) if terms else database_now().date()
