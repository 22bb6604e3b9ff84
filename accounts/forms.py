"""Forms about people and keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.allowances import Allowance, Reach
from accounts.api_scopes import ApiScope
from accounts.authority import offered_roles, successors_of
from accounts.capabilities import Role
from accounts.company_sites import sites_of
from accounts.emails import LONGEST, BadAddress, clean_email
from accounts.models import Membership, User
from calcom_portal.common.fields import (
    LineField,
    PhoneField,
    SubmissionField,
    needed_at_times,
)
from calcom_portal.common.zones import zone_choices

LIFETIMES = {"30": "30 days", "90": "90 days", "180": "180 days", "365": "One year"}


class AddressField(LineField):
    """An e-mail address, checked by the one validator and kept in lower case."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def to_python(self, value: Any) -> str:
        """Return the address. Raises ValidationError in words."""
        line = super().to_python(value)
        try:
            return clean_email(line) if line else ""
        except BadAddress as error:
            raise forms.ValidationError(str(error), code="email") from error


class LimitForm(forms.Form):
    """How much of their company somebody sees, and whether they approve changes."""

    reach = forms.ChoiceField(
        label="Sees",
        choices=[(reach.value, reach.label) for reach in Reach],
        widget=forms.RadioSelect,
        initial=Reach.ALL.value,
    )
    sites = needed_at_times(
        forms.TypedMultipleChoiceField(
            label="Sites",
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            help_text="Who sees some sites only: their systems and tickets.",
        )
    )
    may_approve_changes = forms.BooleanField(
        required=False,
        label="Authorised for changes",
        help_text="May approve changes to the programming that colleagues ask for.",
    )

    def __init__(self, *args: Any, customer_id: int, is_admin: bool = False, **options: Any):
        super().__init__(*args, **options)
        sites = [] if is_admin else sites_of(customer_id)
        self.fields["sites"].choices = sites  # type: ignore[attr-defined]
        if not sites:
            del self.fields["sites"], self.fields["reach"]

    def clean(self) -> dict[str, Any]:
        """Ask for the sites where somebody sees some of them."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("reach") == Reach.SITES and not data.get("sites"):
            self.add_error("sites", "Choose at least one site.")
        return data

    @property
    def allowance(self) -> Allowance:
        """Return what was chosen."""
        data = self.cleaned_data
        chosen = tuple(data.get("sites") or ()) if data.get("reach") != Reach.ALL else ()
        return Allowance(
            site_ids=chosen or None,
            own_tickets_only=data.get("reach") == Reach.OWN,
            may_approve_changes=data.get("may_approve_changes", False),
        )

    @staticmethod
    def starting_with(allowance: Allowance) -> dict[str, Any]:
        """Return what a form shows at first."""
        return {
            "reach": allowance.reach.value,
            "sites": list(allowance.site_ids or ()),
            "may_approve_changes": allowance.may_approve_changes,
        }


class InviteForm(LimitForm):
    """Whom to invite into a company (None: the provider), as what, within which limits."""

    submission = SubmissionField()
    name = LineField(max_length=120)
    email = AddressField(label="E-mail")
    role = forms.ChoiceField(help_text="Administrators manage the people of their company.")
    field_order = ("submission", "name", "email", "role", "reach", "sites", "may_approve_changes")

    def __init__(self, *args: Any, customer_id: int | None, **options: Any) -> None:
        super().__init__(*args, customer_id=customer_id or 0, **options)
        self.fields["role"].choices = role_choices(offered_roles(customer_id))  # type: ignore[attr-defined]
        if customer_id is None:
            del self.fields["may_approve_changes"]

    def clean(self) -> dict[str, Any]:
        """Refuse limits for an administrator."""
        data = super().clean()
        if data.get("role") != Role.CUSTOMER_USER and data.get("reach", Reach.ALL) != Reach.ALL:
            self.add_error("reach", "Administrators see everything of their company.")
        return data


class RoleForm(forms.Form):
    """Another role for somebody."""

    role = forms.ChoiceField()

    def __init__(self, *args: Any, person: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        roles = offered_roles(person.customer_id)
        self.fields["role"].initial = person.role
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


class SuccessorForm(forms.Form):
    """Who takes over what somebody has in hand."""

    successor = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, person: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["successor"]
        people = list(successors_of(person).values_list("pk", "name"))
        if person.customer_id is None:
            field.label, nobody = "Who takes their open tickets?", "Nobody: back to the queue"
        else:
            field.label, nobody = "Who is told of their open tickets?", "Choose a colleague"
        field.choices = [("", nobody), *people]


class SignUpForm(forms.Form):
    """Who wants to open a provider."""

    company = LineField(max_length=120, label="Your company")
    name = LineField(max_length=120, label="Your name")
    email = AddressField(label="Your e-mail", help_text="We send a link to this address.")


# What the rules of a password come to; each says more when one breaks it.
HOW_TO_CHOOSE = "At least 10 characters. A sentence that only you know is good."


class JoinForm(forms.Form):
    """What somebody new tells about themselves when accepting an invitation."""

    name = LineField(max_length=120, label="Your name")
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=HOW_TO_CHOOSE,
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password against the name and the address too."""
        data: dict[str, Any] = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class ProfileForm(forms.Form):
    """What people say about themselves."""

    name = LineField(max_length=120)
    phone = PhoneField(required=False, help_text="With country code, as in +1 619 555 0100.")
    zone = forms.ChoiceField(label="Time zone", help_text="Times are shown on this clock.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["zone"].choices = zone_choices()  # type: ignore[attr-defined]


class ApiKeyForm(forms.Form):
    """A new API key."""

    submission = SubmissionField()
    label = LineField(max_length=80, help_text="What will use it, such as “monitoring”.")
    person = forms.ChoiceField(
        label="Acts for", help_text="The key sees what this person sees, and ends with them."
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, scope.label) for scope in ApiScope],
        widget=forms.CheckboxSelectMultiple,
        label="May",
    )
    lasts = forms.ChoiceField(choices=list(LIFETIMES.items()), initial="90", label="Good for")

    def __init__(self, *args: Any, people: Iterable[Membership], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person.name}, {person.customer or Role(person.role).label}")
            for pk, person in self.people.items()
        ]

    @property
    def chosen_person(self) -> Membership:
        """Return whom the key acts for."""
        return self.people[self.cleaned_data["person"]]

    @property
    def chosen_life(self) -> timedelta:
        """Return how long the key is good."""
        return timedelta(days=int(self.cleaned_data["lasts"]))


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Return roles for a select."""
    return [(role.value, role.label) for role in roles]
