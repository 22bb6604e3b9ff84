"""The catalogue: clauses, and how tiers offer them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from calcom_portal.common.pages import go, page_or_part
from calcom_portal.common.parts import Cover
from contracts.access import access_clause, access_tier, access_tier_clause
from contracts.actions import (
    add_tier_clause,
    create_clause,
    edit_clause,
    edit_tier_clause,
    remove_tier_clause,
)
from contracts.catalogue_edit import Touched, clause_stamp, is_used, offer_stamp
from contracts.catalogue_page import changes_of_clause, changes_of_offer
from contracts.forms.catalogue import (
    INCLUDED,
    AddClauseForm,
    ClauseForm,
    OfferForm,
    offer_initial,
)
from contracts.models import TierClause
from contracts.views.two_steps import Edit, Preview, edit_in_two_steps

CHANGE = Capability.MANAGE_CONTRACTS


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def clause_new(request: ViewerRequest) -> HttpResponse:
    """Write a clause. No tier has it yet, so there is nothing to preview."""
    form = ClauseForm(request.POST or None)

    def act() -> str:
        made = create_clause(words=form.words, actor=request.viewer)
        messages.success(request, f"Clause {made.code} is there. Put it into a tier now.")
        return reverse("tiers")

    edit = Edit("clause_new", form, "contracts/clause_form.html", {}, act)
    return edit_in_two_steps(request, edit)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def clause_edit(request: ViewerRequest, clause_id: int) -> HttpResponse:
    """Change a clause, after a look at what that does."""
    clause = access_clause(request.viewer, clause_id)
    words = {name: getattr(clause, name) for name in ("code", "title", "wording", "meaning")}
    initial = words | {"base": clause_stamp(clause)}
    form = ClauseForm(request.POST or None, is_code_fixed=is_used(clause), initial=initial)

    def act() -> str:
        base = form.cleaned_data["base"]
        edit_clause(clause=clause, words=form.words, base=base, actor=request.viewer)
        messages.success(request, f"Clause {form.words.code} is saved. What was signed stays.")
        return reverse("tiers")

    def preview() -> Preview:
        return Preview(
            title=f"{clause.title} ({clause.code})",
            changes=changes_of_clause(clause, form.words),
            sentences=Touched.by_clause(clause).sentences("this wording"),
            back=reverse("tiers"),
        )

    context = {"clause": clause, "tiers": _tiers_with(clause_id)}
    edit = Edit("clause_edit", form, "contracts/clause_form.html", context, act, preview)
    return edit_in_two_steps(request, edit)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_clause_add(request: ViewerRequest, id: int) -> HttpResponse:
    """Put a clause into a tier."""
    tier = access_tier(request.viewer, id)
    form = AddClauseForm(request.POST or None, tier=tier, initial={"offered": INCLUDED})
    back = reverse("tier", args=[tier.pk])

    def act() -> str:
        clause = form.cleaned_data["clause"]
        add_tier_clause(tier=tier, clause=clause, offer=form.offer, actor=request.viewer)
        messages.success(request, f"{clause.title} is in {tier.name} now.")
        return back

    context = {"tier": tier, "sentences": Touched.by_tier(tier).sentences("this tier as it was")}
    edit = Edit("tier_clause_add", form, "contracts/tier_clause_form.html", context, act)
    return edit_in_two_steps(request, edit)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_clause_edit(request: ViewerRequest, id: int, row_id: int) -> HttpResponse:
    """Change how a tier offers a clause, after a look at what that does."""
    row = access_tier_clause(request.viewer, id, row_id)
    initial = offer_initial(row) | {"base": offer_stamp(row)}
    form = OfferForm(request.POST or None, initial=initial)
    back = reverse("tier", args=[row.tier_id])

    def act() -> str:
        base = form.cleaned_data["base"]
        edit_tier_clause(row=row, offer=form.offer, base=base, actor=request.viewer)
        messages.success(request, f"{row.clause.title} is saved. What was signed stays.")
        return back

    def preview() -> Preview:
        return Preview(
            title=f"{row.clause.title} in {row.tier.name}",
            changes=changes_of_offer(row, form.offer),
            sentences=Touched.by_tier(row.tier, row.clause).sentences("this wording"),
            back=back,
        )

    context = {"tier": row.tier, "row": row}
    edit = Edit("tier_clause", form, "contracts/tier_clause_form.html", context, act, preview)
    return edit_in_two_steps(request, edit)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def tier_clause_remove(request: ViewerRequest, id: int, row_id: int) -> HttpResponse:
    """Ask, then take a clause out of a tier."""
    row = access_tier_clause(request.viewer, id, row_id)
    back = reverse("tier", args=[row.tier_id])
    if request.method == "POST":
        remove_tier_clause(row=row, actor=request.viewer)
        messages.success(request, f"{row.clause.title} is out of {row.tier.name}.")
        return go(request, back)
    told = " ".join(Touched.by_tier(row.tier, row.clause).sentences("it"))
    context = {
        "title": f"Take {row.clause.title} out of {row.tier.name}",
        "cover": Cover("risk", "New contracts of this tier will not have it", told),
        "action_url": request.path,
        "confirm_label": "Take it out",
        "risk": True,
        "cancel_url": back,
    }
    return page_or_part(request, "accounts/confirm.html", "_shared/_confirm.html", context)


def _tiers_with(clause_id: int) -> list[str]:
    rows = TierClause.objects.filter(clause_id=clause_id).order_by("tier__position")
    return list(rows.values_list("tier__name", flat=True))
