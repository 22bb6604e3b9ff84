"""Django's entry for the demo's command."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Brings `manage.py load_demo`."""

    name = "calcom_portal.demo"
    label = "demo"
