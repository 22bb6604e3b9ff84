"""The monitoring app."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The equipment: whether it answers."""

    name = "monitoring"

    def ready(self) -> None:
        """Tell the apps below what monitoring knows."""
        # Models are not loaded before, hence the imports here.
        from accounts.takeout import register_takeout  # noqa: PLC0415
        from contracts.device_parts import (  # noqa: PLC0415
            register_device_part,
            register_lights,
        )
        from monitoring.customer_home import wellbeing  # noqa: PLC0415
        from monitoring.device_part import lights_for, watching_of  # noqa: PLC0415
        from monitoring.taken_out import PARTS  # noqa: PLC0415
        from tickets.home_parts import register_wellbeing  # noqa: PLC0415

        register_takeout(*PARTS)
        register_device_part(watching_of)
        register_lights(lights_for)
        register_wellbeing(wellbeing)
