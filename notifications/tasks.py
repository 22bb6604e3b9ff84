"""What Celery runs. The work is in `sending` and `climbing`."""

from celery import shared_task

from notifications import climbing, sending


@shared_task(name="notifications.send_notices")
def send_notices() -> int:
    """Send what the outbox owes."""
    return sending.send_notices()


@shared_task(name="notifications.climb_ladder")
def climb_ladder() -> int:
    """Tell the next one when nobody answers."""
    return climbing.climb_ladder()
