"""Who people are, and what they are in which tenant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from accounts.capabilities import CUSTOMER_ROLES, Role
from accounts.passwords import LONGEST, one_form
from accounts.querysets import MembershipManager
from calcom_portal.common.limits import Limit
from calcom_portal.common.owned import OwnedForeignKey, ProviderOwned


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever the case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this address."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person who signs in. Says nothing about tenants: memberships do.

    Not owned, and out of reach inside a scope: tenants see people as memberships only.
    """

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="America/Los_Angeles")
    is_active = models.BooleanField(default=True)
    # Runs the installation. Set by `manage.py make_operator` only.
    is_operator = models.BooleanField(default=False, db_default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Set the password, in the one form that `check_password` compares."""
        super().set_password(raw_password and one_form(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Is this the password? Longer ones than can be set are not even hashed."""
        if raw_password is None or len(raw_password) > LONGEST:
            return False
        return super().check_password(one_form(raw_password))

    def get_full_name(self) -> str:
        """Return the name that people use."""
        return self.name


class Membership(ProviderOwned):
    """A person in one tenant: the provider's staff, or one of a customer's people.

    Carries the name and the address, so that nothing inside a tenant has to read `User`.
    `site_limit` (ids of sites; None: all) and `own_tickets_only` narrow what a customer's user
    sees; `may_approve_changes` names one of a customer's people as authorised for changes.
    """

    customer_lookup = "customer_id"

    customer = OwnedForeignKey(
        "accounts.Customer", null=True, blank=True, related_name="memberships"
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in Role if role != Role.SYSTEM]
    )
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=32, blank=True)
    zone = models.CharField(max_length=64, default="America/Los_Angeles")
    notices = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Ids without a key: sites are known further up only. Policies compare them within the tenant.
    site_limit = ArrayField(models.BigIntegerField(), null=True, blank=True)
    own_tickets_only = models.BooleanField(default=False, db_default=False)
    may_approve_changes = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[MembershipManager[Membership]] = MembershipManager()

    class Meta(ProviderOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "user", "customer"],
                name="membership_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False, role__in=sorted(CUSTOMER_ROLES))
                | models.Q(customer__isnull=True) & ~models.Q(role__in=sorted(CUSTOMER_ROLES)),
                name="customer_roles_have_a_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.CUSTOMER_USER)
                | models.Q(site_limit__isnull=True, own_tickets_only=False),
                name="only_users_are_limited",
            ),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False) | models.Q(may_approve_changes=False),
                name="only_customers_people_approve_changes",
            ),
        )
        indexes = (
            models.Index(fields=["user"], name="membership_by_user"),
            models.Index(fields=["provider", "customer"], name="membership_by_customer"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Limit | None:
        """Return what narrows this person; None for somebody who sees all of the company."""
        return Limit.of(self.pk, self.site_limit, own_tickets_only=self.own_tickets_only)

    @classmethod
    def seen_by_customer(cls, customer_id: int) -> models.Q:
        """Customers see their colleagues, and the names of the provider's staff."""
        return models.Q(customer_id=customer_id) | models.Q(customer_id__isnull=True)
