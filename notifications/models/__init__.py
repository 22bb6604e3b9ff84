"""The outbox, its deliveries, and alarms of our own side."""

from notifications.models.outbox import Delivery, Notice, NoticeState, OperatorAlarm, Outcome

__all__ = ["Delivery", "Notice", "NoticeState", "OperatorAlarm", "Outcome"]
