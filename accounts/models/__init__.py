"""People, tenants, ways in, and the audit trail."""

from accounts.models.jobs import Job, JobState
from accounts.models.keys import ApiKey, Invitation, Submission
from accounts.models.ledger import AuditEntry, ChainHead
from accounts.models.looks import Look, LookEnd
from accounts.models.operating import OperatorEntry, Plan, ProviderFigures, SignUp
from accounts.models.people import Membership, User
from accounts.models.tenants import Customer, Provider

__all__ = [
    "ApiKey",
    "AuditEntry",
    "ChainHead",
    "Customer",
    "Invitation",
    "Job",
    "JobState",
    "Look",
    "LookEnd",
    "Membership",
    "OperatorEntry",
    "Plan",
    "Provider",
    "ProviderFigures",
    "SignUp",
    "Submission",
    "User",
]
