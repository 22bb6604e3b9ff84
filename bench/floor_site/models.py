"""The tables of the bare site."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import User
from django.db import models


class Customer(models.Model):
    """A company."""

    name = models.CharField(max_length=160)

    class Meta:
        app_label = "floor_site"

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A request, found by one partial index."""

    reference = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="open")
    priority = models.CharField(max_length=10, default="minor")
    customer = models.ForeignKey(Customer, models.PROTECT)
    assignee = models.ForeignKey(User, models.PROTECT, null=True)
    deadline = models.DateTimeField()
    opened = models.DateTimeField()
    changed = models.DateTimeField()

    objects: ClassVar[models.Manager[Ticket]] = models.Manager()

    class Meta:
        app_label = "floor_site"
        indexes = (
            models.Index("deadline", "id", name="floor_queue", condition=models.Q(state="open")),
        )

    def __str__(self) -> str:
        return self.reference


class Message(models.Model):
    """A reply."""

    ticket = models.ForeignKey(Ticket, models.PROTECT)
    author = models.CharField(max_length=120)
    text = models.TextField()
    created = models.DateTimeField()

    objects: ClassVar[models.Manager[Message]] = models.Manager()

    class Meta:
        app_label = "floor_site"

    def __str__(self) -> str:
        return self.author


class Notice(models.Model):
    """The outbox."""

    ticket = models.ForeignKey(Ticket, models.PROTECT)
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    created = models.DateTimeField()

    objects: ClassVar[models.Manager[Notice]] = models.Manager()

    class Meta:
        app_label = "floor_site"

    def __str__(self) -> str:
        return self.kind
