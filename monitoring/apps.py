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
        from contracts.history import register_history  # noqa: PLC0415
        from contracts.swapping import register_heir  # noqa: PLC0415
        from contracts.watching import register_watch  # noqa: PLC0415
        from monitoring.customer_home import wellbeing  # noqa: PLC0415
        from monitoring.device_history import outages_in_history  # noqa: PLC0415
        from monitoring.device_part import lights_for, watching_of  # noqa: PLC0415
        from monitoring.health_notices import SIGNED  # noqa: PLC0415
        from monitoring.health_part import health_of  # noqa: PLC0415
        from monitoring.notices import KINDS  # noqa: PLC0415
        from monitoring.swapped import watch_instead  # noqa: PLC0415
        from monitoring.taken_out import PARTS, files_of  # noqa: PLC0415
        from monitoring.watched import watched_spans  # noqa: PLC0415
        from notifications.kinds import register_kinds  # noqa: PLC0415
        from tickets.home_parts import register_wellbeing  # noqa: PLC0415

        register_takeout(*PARTS, files=files_of)
        register_device_part(watching_of)
        register_device_part(health_of)
        register_lights(lights_for)
        register_wellbeing(wellbeing)
        register_kinds(*KINDS, SIGNED)
        register_history(outages_in_history)
        register_watch(watched_spans)
        register_heir(watch_instead)
