"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver
from psycopg2.extensions import encrypt_password

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calcom_portal.settings")

application = get_wsgi_application()

# What every worker would do for its first visitor is done here once: they share its memory, and
# nobody waits. Addresses bring in all the views, template engines all tags; any digest makes the
# database's driver set up its OpenSSL; the sprite is drawn with the first icon.
get_resolver().reverse_dict  # noqa: B018
engines["django"].from_string("{% load portal %}{% icon 'check' %}").render()
encrypt_password("any", "any", algorithm="md5")
