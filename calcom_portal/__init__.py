"""The wiring of the portal."""

# Every process that loads Django needs the configured app, or wake-up hints go to a broker that
# is not there (and cost seconds).
from calcom_portal.celery import app as celery_app

__all__ = ["celery_app"]
