"""That a serial number of a maker is in service once at a provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from calcom_portal.common.errors import BadInput

ONCE = "serial_in_service_once"


@contextmanager
def each_serial_once(serial: str = "") -> Iterator[None]:
    """Raise BadInput where somebody wrote a product with the same number down at this moment.

    The actions ask beforehand, to say where it stands; the constraint decides.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        number = f"The serial number {serial}" if serial else "One of these serial numbers"
        raise BadInput(
            f"{number} was written down by somebody else just now.",
            field="serial",
            remedy="Look at the list of devices, and check the number on the product.",
        ) from error
