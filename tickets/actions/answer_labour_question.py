"""Answer a customer's question about labour; the verdict stays as it was."""

from __future__ import annotations

from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from tickets.locks import lock_ticket
from tickets.models import LabourQuestion
from tickets.questions import close_question


def answer_labour_question(*, question: LabourQuestion, text: str, actor: Viewer) -> LabourQuestion:
    """Answer in words, and tell whoever asked.

    Raises NotAllowed, BadInput for nothing written, RuleBroken for a question that is answered.
    """
    actor.require(Capability.LOG_LABOUR)
    if not text.strip():
        raise BadInput("Nothing was answered.", field="text", remedy="Write an answer.")
    lock_ticket(question.ticket)
    answered = close_question(question.entry, text.strip(), actor)
    if answered is None:
        raise RuleBroken("This question was answered before.", remedy="Load the ticket again.")
    return answered
