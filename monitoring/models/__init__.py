"""The rows of monitoring, by noun."""

from monitoring.models.checks import Check, Opens, ProbeRequest, Purpose, Rollup, StateChange, Step
from monitoring.models.connections import (
    Connection,
    Credential,
    CredentialKind,
    Driver,
    EgressAllowance,
    SiteAgent,
    Transport,
)
from monitoring.models.health import (
    HealthCheck,
    HealthItem,
    HealthReport,
    HealthState,
    HealthThreshold,
)
from monitoring.models.incidents import (
    Closing,
    Incident,
    IncidentKind,
    Maintenance,
    MonitoringRules,
    Recurrence,
)
from monitoring.models.results import Result, ResultCode, RunnerLease, RunnerSeat

__all__ = [
    "Check",
    "Closing",
    "Connection",
    "Credential",
    "CredentialKind",
    "Driver",
    "EgressAllowance",
    "HealthCheck",
    "HealthItem",
    "HealthReport",
    "HealthState",
    "HealthThreshold",
    "Incident",
    "IncidentKind",
    "Maintenance",
    "MonitoringRules",
    "Opens",
    "ProbeRequest",
    "Purpose",
    "Recurrence",
    "Result",
    "ResultCode",
    "Rollup",
    "RunnerLease",
    "RunnerSeat",
    "SiteAgent",
    "StateChange",
    "Step",
    "Transport",
]
