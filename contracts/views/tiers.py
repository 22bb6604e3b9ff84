"""The catalogue: tiers to read, to copy, to change, and to hide."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page, page_or_part
from calcom_portal.common.parts import Cover
from calcom_portal.common.tenancy import database_now
from contracts.access import access_tier
from contracts.actions import copy_tier, edit_tier, hide_tier, offer_tier
from contracts.catalogue_edit import Touched, tier_stamp
from contracts.catalogue_page import changes_of_tier, clause_table, default_hours, tier_in_words
from contracts.contract_page import promise_lines
from contracts.forms.catalogue import TierForm
from contracts.forms.promise import TARGET_NAMES
from contracts.models import Tier
from contracts.views.drafts import typed_amounts, unit_examples
from contracts.views.two_steps import Edit, Preview, edit_in_two_steps

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CONTRACTS
EXAMPLE_FIELDS = ",".join(f"{name}_hours" for name in TARGET_NAMES.values())


@needs(SEE)
@require_GET
def tiers(request: ViewerRequest) -> HttpResponse:
    """Show what each tier includes, clause by clause."""
    offered = list(Tier.objects.order_by("position", "pk"))
    context = {
        "tiers": offered,
        "rows": clause_table(offered),
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/tiers.html", context)


@needs(SEE)
@require_GET
def tier(request: ViewerRequest, id: int) -> HttpResponse:
    """Show one tier in the words that are signed."""
    found = access_tier(request.viewer, id)
    context = {
        "tier": found,
        "told": tier_in_words(found, database_now()),
        "touched": Touched.by_tier(found),
        "can_change": request.viewer.can(CHANGE),
    }
    return page(request, "contracts/tier.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_copy(request: ViewerRequest, id: int) -> HttpResponse:
    """Copy a tier under another name, with its clauses. Nothing is sold by it yet."""
    found = access_tier(request.viewer, id)
    initial = {"summary": found.summary, "name": f"{found.name} (copy)"[:80]}
    form = TierForm(request.POST or None, tier=found, initial=initial)

    def act() -> str:
        made = copy_tier(tier=found, words=form.words, actor=request.viewer)
        messages.success(request, f"{made.name} is there, with the clauses of {found.name}.")
        return reverse("tier", args=[made.pk])

    context = _context(found, form) | {"is_copy": True}
    return edit_in_two_steps(
        request, Edit("tier_copy", form, "contracts/tier_form.html", context, act)
    )


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_edit(request: ViewerRequest, id: int) -> HttpResponse:
    """Change name, sentence and promised times, after a look at what that does."""
    found = access_tier(request.viewer, id)
    initial = {"name": found.name, "summary": found.summary, "base": tier_stamp(found)}
    form = TierForm(request.POST or None, tier=found, initial=initial)

    def act() -> str:
        base = form.cleaned_data["base"]
        edit_tier(tier=found, words=form.words, base=base, actor=request.viewer)
        messages.success(request, f"{form.words.name} is saved. What was signed stays as it is.")
        return reverse("tier", args=[found.pk])

    edit = Edit(
        "tier_edit",
        form,
        "contracts/tier_form.html",
        _context(found, form),
        act,
        lambda: _preview(found, form),
    )
    return edit_in_two_steps(request, edit)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_hide(request: ViewerRequest, id: int) -> HttpResponse:
    """Ask, then offer a tier for new contracts no longer."""
    found = access_tier(request.viewer, id)
    if request.method == "POST":
        hide_tier(tier=found, actor=request.viewer)
        messages.success(request, f"{found.name} is hidden from new contracts.")
        return go(request, reverse("tier", args=[found.pk]))
    told = " ".join(Touched.by_tier(found).sentences("it"))
    context = {
        "title": f"Hide {found.name} from new contracts",
        "cover": Cover("hold", "Nobody can choose it for a new contract", told),
        "action_url": request.path,
        "confirm_label": "Hide it",
        "cancel_url": reverse("tier", args=[found.pk]),
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


@needs(CHANGE)
@require_POST
def tier_offer(request: ViewerRequest, id: int) -> HttpResponse:
    """Offer a hidden tier again."""
    found = offer_tier(tier=access_tier(request.viewer, id), actor=request.viewer)
    messages.success(request, f"{found.name} can be chosen for new contracts again.")
    return go(request, reverse("tier", args=[found.pk]))


def _context(tier: Tier, form: TierForm) -> dict[str, object]:
    typed = (form[f"{name}_hours"].value() for name in TARGET_NAMES.values())
    return {
        "tier": tier,
        "examples": unit_examples("", typed_amounts(typed)),
        "example_fields": EXAMPLE_FIELDS,
    }


def _preview(tier: Tier, form: TierForm) -> Preview:
    calendar = default_hours()
    promise = form.words.promise
    return Preview(
        title=tier.name,
        changes=changes_of_tier(tier, form.words),
        sentences=Touched.by_tier(tier).sentences("this tier"),
        back=reverse("tier", args=[tier.pk]),
        lines=promise_lines(promise, calendar, database_now()) if calendar else (),
    )
