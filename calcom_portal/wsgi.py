"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

from calcom_portal.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calcom_portal.settings")

application = get_wsgi_application()
warm_up(application)
