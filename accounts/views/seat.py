"""Where to work, for people in several companies. Outside any scope."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import memberships_of
from accounts.middleware import SEVERAL_SEATS, take_seat
from accounts.models import Membership
from calcom_portal.common.errors import Missing
from calcom_portal.common.pages import page


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest) -> HttpResponse:
    """Choose among several companies; go straight on with one; say so when there is none."""
    memberships = memberships_of(request.user.pk or 0)
    request.session[SEVERAL_SEATS] = len(memberships) > 1
    if request.method == "POST":
        return _sit_down(request, _chosen(request, memberships))
    if not memberships and getattr(request.user, "is_operator", False):
        return HttpResponseRedirect(reverse("operator"), status=303)
    if not memberships:
        return page(request, "accounts/no_seat.html", status=403)
    if len(memberships) == 1 and "choose" not in request.GET:
        return _sit_down(request, memberships[0])
    context = {"memberships": memberships, "next": request.GET.get("next", "")}
    return page(request, "accounts/seat.html", context)


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership:
    by_id = {str(membership.pk): membership for membership in memberships}
    try:
        return by_id[request.POST.get("membership", "")]
    except KeyError:
        raise Missing(
            "You do not work there any more.", remedy="Choose one of the companies shown."
        ) from None


def _sit_down(request: HttpRequest, membership: Membership) -> HttpResponse:
    take_seat(request, membership)
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if is_ours else "/", status=303)
