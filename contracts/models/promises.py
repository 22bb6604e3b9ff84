"""What was promised: clauses, tiers, contracts and their immutable terms."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey, ProviderOwned
from contracts.models.calendars import Calendar
from contracts.models.places import Device, Site
from contracts.querysets import ContractManager
from contracts.renewals import DAY, Renewal, RenewalRule, last_day_for_notice


class Clause(ProviderOwned):
    """One clause of the catalogue, known by its code (WARRANTY, RESPONSE, …).

    `wording` is what is signed; its blanks are those of `contracts.wordings`. `meaning` says to a
    customer in plain words what it is that works.
    """

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    wording = models.TextField()
    meaning = models.TextField(blank=True, db_default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "code"], name="clause_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class Tier(ProviderOwned):
    """A bundle of clauses that is sold under a name.

    `promise` is the JSON form of `contracts.sla.targets.Promise`; a promise of none says so.
    A hidden one is not offered for new contracts.
    """

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=240, blank=True)
    promise = models.JSONField()
    is_hidden = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ProviderOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["provider", "code"], name="tier_code_once"),)

    def __str__(self) -> str:
        return self.name


class TierClause(ProviderOwned):
    """That a tier includes a clause, or offers it at extra cost.

    `wording` holds words of this tier's own; empty: those of the clause.
    """

    tier = OwnedForeignKey(Tier, related_name="tier_clauses")
    clause = OwnedForeignKey(Clause, related_name="+")
    is_optional = models.BooleanField(default=False)
    monthly_price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    wording = models.TextField(blank=True, db_default="")

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "tier", "clause"], name="tier_clause_once"),
        )

    def __str__(self) -> str:
        return f"{self.clause.code} of {self.tier.name}"

    @property
    def words(self) -> str:
        """Return the wording that this tier signs, with its blanks."""
        return self.wording or self.clause.wording

    @property
    def meaning(self) -> str:
        """Return what it means to the customer; own words of a tier speak for themselves."""
        return "" if self.wording else self.clause.meaning


class ContractState(models.TextChoices):
    """A contract is a draft until it is signed; dates say the rest. SENT: it waits for that."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Waiting for signature"
    SIGNED = "signed", "Signed"
    CANCELLED = "cancelled", "Cancelled"


RENEWAL = ("renewal_rule", "renewal_months", "notice_days")
RULES = [(rule.value, rule.value) for rule in RenewalRule]


class Ending(models.TextChoices):
    """Why a contract will not be renewed, whatever its rule says."""

    OPEN = "", "Not decided"
    NOTICE = "notice", "Notice was given"
    CUT_SHORT = "cut_short", "Ended early"


class Contract(CustomerOwned):  # type: ignore[django-manager-missing,unused-ignore]
    """An agreement with a customer. In force: signed, and within its dates, both included.

    `draft` says what will be promised, in the form of `contracts.drafts.Draft`, until the
    signature turns it into terms. Customers' people see signed contracts only.

    `renewal_anchor` is the first day of the first renewal, after which `renewals` have happened
    (see `contracts.renewals`); `agreed_on` the day on which the present end was agreed; `look_on`
    the next day on which something may happen by itself: a reminder, or a renewal.
    """

    number = models.CharField(max_length=20)
    state = models.CharField(
        max_length=10, choices=ContractState.choices, default=ContractState.DRAFT
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    draft = models.JSONField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=120, blank=True)
    signed_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    created_at = models.DateTimeField()
    renewal_rule = models.CharField(
        max_length=10, choices=RULES, default=RenewalRule.NONE.value, db_default="none"
    )
    renewal_months = models.PositiveSmallIntegerField(default=0, db_default=0)
    notice_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    renewal_anchor = models.DateField(null=True)
    renewals = models.PositiveSmallIntegerField(default=0, db_default=0)
    ending = models.CharField(
        max_length=10, choices=Ending.choices, blank=True, default="", db_default=""
    )
    agreed_on = models.DateField(null=True)
    look_on = models.DateField(null=True)

    objects: ClassVar[ContractManager[Contract]] = ContractManager()

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "number"], name="contract_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "customer"], name="contract_of_customer"),
            models.Index(
                fields=["look_on"],
                name="contract_to_look_at",
                condition=models.Q(look_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def renewal(self) -> Renewal:
        """Return what happens at the end, and the notice."""
        return Renewal(RenewalRule(self.renewal_rule), self.renewal_months, self.notice_days)

    @property
    def notice_by(self) -> date | None:
        """Return the last day for notice of a contract that may go on; None where there is none."""
        if self.ends_on is None or not self.notice_days or self.ending:
            return None
        return last_day_for_notice(self.ends_on, self.notice_days)

    def agree_renewal(self, renewal: Renewal) -> None:
        """Set the columns of what happens at the end. Not saved."""
        for name, value in renewal.columns().items():
            setattr(self, name, value)

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see what was signed; drafts are the provider's."""
        return models.Q(customer_id=customer_id, state=ContractState.SIGNED)


class Cover(CustomerOwned):
    """What a contract covers: a device, a site, or (neither given) the whole customer.

    `during` holds the days of the cover from the signature on, empty before: no two signed
    contracts may cover the same thing on the same day. An amendment ends it early or begins it
    later than the contract; what begins again is another row.
    """

    contract = OwnedForeignKey(Contract, related_name="covers")
    site = OwnedForeignKey(Site, null=True, blank=True, related_name="+")
    device = OwnedForeignKey(Device, null=True, blank=True, related_name="+")
    during = DateRangeField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(site__isnull=True) | models.Q(device__isnull=True),
                name="cover_is_one_thing",
            ),
            ExclusionConstraint(
                name="cover_by_one_contract_at_a_time",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    (Coalesce("site", 0), RangeOperators.EQUAL),
                    (Coalesce("device", 0), RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["provider", "contract", "site", "device"],
                condition=models.Q(during__isnull=True),
                name="cover_drafted_once",
                nulls_distinct=False,
            ),
        )

    @property
    def first_day(self) -> date | None:
        """Return the day on which the cover begins; None before the signature."""
        return self.during.lower if self.during else None

    @property
    def last_day(self) -> date | None:
        """Return the last day that is covered; None before the signature, and without an end."""
        upper = self.during.upper if self.during else None
        # PostgreSQL gives the day after as the upper bound.
        return None if upper is None else upper - DAY


class Terms(CustomerOwned):
    """One immutable version of what a contract promises, from a date on.

    `promise` is the JSON form of `contracts.sla.targets.Promise`; `clauses` lists
    {"code", "title", "wording", "optional", "price"} as they stood when the terms were made.
    `rates` and `rounding` are the JSON forms of `contracts.rates`; empty: the price list counts.
    """

    contract = OwnedForeignKey(Contract, related_name="terms")
    number = models.PositiveIntegerField()
    effective_on = models.DateField()
    tier_code = models.CharField(max_length=20)
    tier_name = models.CharField(max_length=80)
    calendar = OwnedForeignKey(Calendar, related_name="+")
    promise = models.JSONField()
    clauses = models.JSONField()
    rates = models.JSONField(null=True)
    rounding = models.JSONField(null=True)
    created_at = models.DateTimeField()
    created_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")

    class Meta(CustomerOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "contract", "number"], name="terms_number_once"
            ),
        )
        indexes = (models.Index(fields=["provider", "customer"], name="terms_of_customer"),)

    def __str__(self) -> str:
        return f"{self.tier_name} (version {self.number})"
