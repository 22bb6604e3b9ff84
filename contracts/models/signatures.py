"""Agreements that were sent to be signed, and the evidence of every signature."""

from __future__ import annotations

from django.db import models

from calcom_portal.common.limits import Limit
from calcom_portal.common.owned import CustomerOwned, OwnedForeignKey
from contracts.models.promises import Contract, Terms


class AgreementOwned(CustomerOwned):
    """A row that names all that a contract covers: nobody with a limit may read it."""

    class Meta(CustomerOwned.Meta):
        abstract = True

    @classmethod
    def within(cls, limit: Limit) -> models.Q:
        """Keep nothing."""
        return models.Q(pk__in=[])


class SigningState(models.TextChoices):
    """Where a request for a signature stands."""

    WAITING = "waiting", "Waiting for signature"
    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SigningRequest(AgreementOwned):
    """An agreement as it was sent to a customer to be signed.

    `terms` are the values of the Terms row that the signature will make, `document` what the paper
    says, in the form of `contracts.agreement.Agreement`. The bytes of the PDF lie in the store of
    files under `pdf_sha256`. Nothing of these changes; only the answer is written.

    `amendment` is empty for a contract that is signed for the first time, else what the signature
    will do to one in force, in the form of `contracts.drafts.SentAmendment`.
    """

    contract = OwnedForeignKey(Contract, related_name="signing_requests")
    terms = models.JSONField()
    document = models.JSONField()
    terms_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    amendment = models.JSONField(null=True)
    state = models.CharField(
        max_length=10, choices=SigningState.choices, default=SigningState.WAITING
    )
    sent_at = models.DateTimeField()
    sent_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta(AgreementOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "contract"],
                condition=models.Q(state=SigningState.WAITING),
                name="signing_request_waits_once",
            ),
        )
        indexes = (models.Index(fields=["provider", "customer"], name="signing_of_customer"),)

    def __str__(self) -> str:
        return str(self.document["number"])


class SignatureMethod(models.TextChoices):
    """How somebody signed."""

    TYPED = "typed", "Typed name"
    SCAN = "scan", "Signed on paper"


class Signature(AgreementOwned):
    """The evidence of one signature: of which terms, by whom, when, from where. Append-only.

    `signer` signed in the portal; `recorded_by` wrote a signature down that was given otherwise,
    and `address` and `user_agent` are then theirs; without a scan `no_scan_reason` says why there
    is none. `document` is what the signed paper says;
    `pdf_sha256` names the exact file that the signer was shown, where one was.
    """

    contract = OwnedForeignKey(Contract, related_name="signatures")
    terms = OwnedForeignKey(Terms, related_name="signatures")
    request = OwnedForeignKey(SigningRequest, null=True, related_name="+")
    method = models.CharField(max_length=8, choices=SignatureMethod.choices)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField()
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    signer = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    recorded_by = OwnedForeignKey("accounts.Membership", null=True, related_name="+")
    document = models.JSONField()
    terms_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    scan_name = models.CharField(max_length=200, blank=True)
    scan_media_type = models.CharField(max_length=100, blank=True)
    scan_size = models.PositiveBigIntegerField(default=0)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    no_scan_reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta(AgreementOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["provider", "terms"], name="terms_signed_once"),
            models.CheckConstraint(
                condition=models.Q(method="typed") | ~models.Q(scan_sha256=""),
                name="a_scan_is_kept",
            ),
        )
        indexes = (models.Index(fields=["provider", "contract"], name="signature_of_contract"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.signed_on}"

    @property
    def how(self) -> str:
        """Say how it was given."""
        return "Told to the provider" if self.no_scan_reason else self.get_method_display()
