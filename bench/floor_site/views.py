"""The pages of the bare site."""

import json
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from bench.floor_site.models import Message, Notice, Ticket

ROWS = 50


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the site is there."""
    return HttpResponse("ok")


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Fifty open tickets, the next deadline first. Three queries: session, user, tickets."""
    tickets = Ticket.objects.filter(state="open").select_related("customer", "assignee")
    rows = tickets.order_by("deadline", "id")[:ROWS]
    return render(request, "floor_queue.html", {"tickets": rows})


def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """A ticket and its conversation, for anybody. Two queries."""
    found = Ticket.objects.select_related("customer", "assignee").get(reference=reference)
    messages = Message.objects.filter(ticket=found).order_by("id")
    return render(request, "floor_ticket.html", {"ticket": found, "messages": messages})


def create(request: HttpRequest) -> HttpResponse:
    """A ticket and what has to be told, in one transaction."""
    wanted, now = json.loads(request.body), timezone.now()
    with transaction.atomic():
        made = Ticket.objects.create(
            reference=wanted["reference"],
            subject=wanted["subject"],
            customer_id=wanted["customer"],
            deadline=now + timedelta(hours=8),
            opened=now,
            changed=now,
        )
        Notice.objects.create(
            ticket=made, kind="opened", payload={"reference": made.reference}, created=now
        )
    return JsonResponse({"reference": made.reference}, status=201)
