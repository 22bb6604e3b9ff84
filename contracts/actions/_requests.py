"""The answers to what was sent to be signed."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.models import Contract, ContractState, SigningRequest, SigningState
from contracts.signing_notices import tell_withdrawn


def waiting_of(contract: Contract) -> SigningRequest | None:
    """Return what the customer was sent and has not answered."""
    request: SigningRequest | None = contract.signing_requests.filter(
        state=SigningState.WAITING
    ).first()
    return request


def lock_waiting(request: SigningRequest) -> SigningRequest:
    """Lock a request that still waits. Raises RuleBroken for one that was answered."""
    request = SigningRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != SigningState.WAITING:
        raise RuleBroken(
            f"Contract {request} does not wait for this signature any more: it is"
            f" {request.get_state_display().lower()}.",
            remedy="Look at your contracts again.",
        )
    return request


def answer_request(
    request: SigningRequest, state: SigningState, actor: Viewer, reason: str = ""
) -> None:
    """Write how a locked request was answered."""
    request.state, request.reason = state, reason
    request.answered_at, request.answered_by_id = database_now(), actor.membership_id
    request.save(update_fields=["state", "reason", "answered_at", "answered_by"])


def back_to_draft(contract: Contract) -> None:
    """Make a draft again of what was sent; one in force stays as it is without its amendment."""
    if contract.state == ContractState.SENT:
        contract.state = ContractState.DRAFT
        contract.save(update_fields=["state"])


def take_back_amendment(contract: Contract, actor: Viewer) -> None:
    """Take back what waits for a signature: the contract that it amends is another by now."""
    request = waiting_of(contract)
    if request is not None:
        answer_request(lock_waiting(request), SigningState.WITHDRAWN, actor)
        tell_withdrawn(contract, request, actor)
