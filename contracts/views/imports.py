"""Lists of installed products: sent in, looked at, imported, taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import access_customer, needs
from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.models import Customer, Job
from accounts.paging import keyset_page
from calcom_portal.common.downloads import download
from calcom_portal.common.errors import BadInput, TooLarge
from calcom_portal.common.pages import go, page
from calcom_portal.common.tenancy import database_now
from contracts.access import access_import, row_number
from contracts.actions import confirm_import, recheck_import, start_import
from contracts.days import today_of_provider
from contracts.forms.fields import show_problem
from contracts.forms.imports import ImportForm
from contracts.goods.planning import Outcome
from contracts.goods.writing import EXAMPLE, as_csv, as_workbook
from contracts.goods_list import list_of
from contracts.models import GoodsImport, ImportRow
from contracts.views.lists import Narrowed
from contracts.views.once import done_once

SEE, CHANGE = Capability.SEE_ALL_CUSTOMERS, Capability.MANAGE_CONTRACTS
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(CHANGE)
@require_GET
def imports(request: ViewerRequest) -> HttpResponse:
    """List what was sent in, the newest first."""
    narrowed = Narrowed.of(request)
    rows = narrowed.apply(GoodsImport.objects.select_related("customer", "created_by"))
    listed = keyset_page(request, rows, key="pk", newest_first=True)
    context = {"rows": listed.rows, "pager": listed.pager, **narrowed.context}
    return page(request, "contracts/imports.html", context)


@needs(CHANGE)
@require_http_methods(["GET", "POST"])
def import_new(request: ViewerRequest) -> HttpResponse:
    """Send a list in for `?customer=`."""
    asked = request.GET.get("customer", "")
    if not asked:
        customers = Customer.objects.filter(is_active=True).order_by("name")[:500]
        return page(request, "contracts/import_choose.html", {"customers": customers})
    customer = access_customer(request.viewer, row_number(asked))
    sent = request.method == "POST"
    form = ImportForm(
        request.POST if sent else None, request.FILES if sent else None, customer=customer
    )
    if sent and form.is_valid():
        try:
            return done_once(request, "import_new", form, lambda: _start(request, customer, form))
        except BadInput as error:
            show_problem(form, error, {"files": "file"})
        except TooLarge as error:
            form.add_error("file", f"{error.message} {error.remedy}")
    context = {"form": form, "customer": customer}
    status = 422 if form.errors else 200
    return page(request, "contracts/import_new.html", context, status=status)


@needs(CHANGE)
@require_GET
def goods_import(request: ViewerRequest, id: int) -> HttpResponse:
    """Show what a list would do, row by row; those that are refused first."""
    found = access_import(request.viewer, id)
    show = _shown(request.GET.get("show", ""), found)
    rows = ImportRow.objects.filter(goods_import=found, outcome=show)
    listed = keyset_page(request, rows, key="number", size=100)
    context = {
        "found": found,
        "job": Job.objects.filter(pk=found.job_id or 0).first(),
        "rows": listed.rows,
        "pager": listed.pager,
        "show": show,
        "tabs": [(outcome, found.count(outcome)) for outcome in Outcome],
    }
    return page(request, "contracts/import.html", context)


@needs(CHANGE)
@require_POST
def import_confirm(request: ViewerRequest, id: int) -> HttpResponse:
    """Import the list."""
    found = confirm_import(goods_import=access_import(request.viewer, id), actor=request.viewer)
    return go(request, reverse("job", args=[found.job_id]))


@needs(CHANGE)
@require_POST
def import_recheck(request: ViewerRequest, id: int) -> HttpResponse:
    """Check the list again."""
    found = recheck_import(goods_import=access_import(request.viewer, id), actor=request.viewer)
    return go(request, reverse("job", args=[found.job_id]))


@needs(CHANGE)
@require_GET
def import_example(request: ViewerRequest) -> HttpResponse:
    """Hand out an example to start from."""
    data = as_csv([EXAMPLE])
    return download(data, name="installed-products.csv", media_type="text/csv")


@needs(SEE)
@require_GET
def devices_export(request: ViewerRequest) -> HttpResponse:
    """Hand out the list of `?customer=` in the form in which lists are sent in; also as XLSX."""
    customer = access_customer(request.viewer, row_number(request.GET.get("customer", "")))
    today = today_of_provider(request.viewer.provider_id, database_now())
    rows = list_of(customer.pk, today)
    if request.GET.get("as") == "xlsx":
        name = f"installed-products-{customer.number}.xlsx"
        return download(as_workbook(rows), name=name, media_type=XLSX)
    name = f"installed-products-{customer.number}.csv"
    return download(as_csv(rows), name=name, media_type="text/csv")


def _shown(asked: str, found: GoodsImport) -> Outcome:
    if asked in set(Outcome):
        return Outcome(asked)
    order = (Outcome.REFUSED, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    return next((outcome for outcome in order if found.count(outcome)), Outcome.NEW)


def _start(request: ViewerRequest, customer: Customer, form: ImportForm) -> str:
    made = start_import(customer=customer, sent=form.sent(), actor=request.viewer)
    messages.success(request, f"{made} is being checked. Nothing is changed yet.")
    return reverse("job", args=[made.job_id])
