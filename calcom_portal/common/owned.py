"""Base models for rows that belong to a tenant, and the first of the two walls around them."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from calcom_portal.common.limits import Limit
from calcom_portal.common.tenancy import current_scope

Row = TypeVar("Row", bound=models.Model, covariant=True)


class OwnedManager(models.Manager[Row]):
    """Raises NoScope outside a scope; filters inside one.

    For named queries: `OwnedManager.from_queryset(TicketQuerySet)`.
    """

    def get_queryset(self) -> models.QuerySet[Row]:
        """Return the rows of the scope's provider, and of its customer where the table has one."""
        scope = current_scope()
        rows = super().get_queryset()
        model: Any = self.model
        if scope.provider_id is not None:
            rows = rows.filter(**{model.provider_lookup: scope.provider_id})
        if scope.customer_id is not None and model.customer_lookup:
            rows = rows.filter(model.seen_by_customer(scope.customer_id))
        if scope.limit is not None:
            rows = rows.filter(model.within(scope.limit))
        return rows


class OwnedForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to an owned row of the same tenant.

    Django's own constraint is left out: `rls.SecureTable` adds the composite one
    (provider, parent), which alone keeps a row from pointing into another tenant. There is no
    index of its own either: it would cost every write, and lists begin with the provider anyway.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what the constructor sets."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs


class ProviderOwned(models.Model):
    """A row of one provider.

    `reached_through` names the reference (ticket, device, site) whose row a person with a limit has
    to see in order to see this one. Give `SecureTable` the condition that says the same in SQL.
    """

    provider_lookup = "provider_id"
    customer_lookup = ""
    reached_through = ""

    provider = models.ForeignKey(
        "accounts.Provider",
        models.PROTECT,
        related_name="+",
        db_index=False,
        # `rls.SecureTable` adds it where no composite key implies it.
        db_constraint=False,
    )

    objects: ClassVar[OwnedManager[Self]] = OwnedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Return the condition under which the customer's people may see a row."""
        return models.Q(**{cls.customer_lookup: customer_id})

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Return the condition under which one of them may see it who has a limit."""
        if not cls.reached_through:
            return models.Q()
        parent: Any = cls._meta.get_field(cls.reached_through).related_model
        seen = parent._base_manager.filter(parent.within(limit)).values("pk")
        return models.Q(**{f"{cls.reached_through}__in": seen})


class CustomerOwned(ProviderOwned):
    """A row of one customer of a provider."""

    customer_lookup = "customer_id"

    customer = OwnedForeignKey("accounts.Customer", related_name="+")

    class Meta(ProviderOwned.Meta):
        abstract = True
