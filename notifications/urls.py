"""Addresses of the `notifications` app."""

from django.urls import path, re_path

import calcom_portal.common.converters  # noqa: F401 - registers <id:…>
from notifications.views.acknowledge import acknowledge
from notifications.views.demo_mail import demo_mail, demo_mail_file, demo_mail_message
from notifications.views.outbox import alarm_clear, notice, notice_retry, outbox
from notifications.views.settings import notice_settings

MAIL = r"^mail/(?P<name>[0-9]{16}-[0-9a-f]{12})"

urlpatterns = [
    path("outbox/", outbox, name="outbox"),
    path("outbox/<id:notice_id>/", notice, name="notice"),
    path("outbox/<id:notice_id>/retry/", notice_retry, name="notice_retry"),
    path("outbox/alarms/<id:alarm_id>/clear/", alarm_clear, name="alarm_clear"),
    path("acknowledge/<str:token>/", acknowledge, name="acknowledge"),
    path("profile/notices/", notice_settings, name="notice_settings"),
    path("mail/", demo_mail, name="demo_mail"),
    re_path(rf"{MAIL}/$", demo_mail_message, name="demo_mail_message"),
    re_path(rf"{MAIL}\.eml$", demo_mail_file, name="demo_mail_file"),
]
