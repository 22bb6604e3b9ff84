"""Template filters for people."""

from __future__ import annotations

from django import template

from accounts.browsers import name_browser
from accounts.phones import spell_phone

register = template.Library()

register.filter("phone", spell_phone)
register.filter("browser", name_browser)
