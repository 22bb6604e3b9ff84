"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calcom_portal.settings")

application = get_wsgi_application()
# The addresses bring in all the views. Loaded here, the workers share their memory, and the first
# visitor does not wait for them.
get_resolver().reverse_dict  # noqa: B018
