"""What people do with notices."""

from notifications.actions.acknowledge import acknowledge_mail, acknowledge_subject
from notifications.actions.choose import choose_notices
from notifications.actions.operate import clear_alarm, retry_notice

__all__ = [
    "acknowledge_mail",
    "acknowledge_subject",
    "choose_notices",
    "clear_alarm",
    "retry_notice",
]
