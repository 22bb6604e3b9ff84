"""Addresses of campaigns and of the updates in them."""

from __future__ import annotations

from django.urls import URLPattern, path

from calcom_portal.common import converters  # noqa: F401 - registers <id:…>
from upkeep.views import campaigns, our_firmware, phone_answers

urlpatterns: list[URLPattern] = [
    path("firmware/campaigns/", campaigns.campaigns, name="campaigns"),
    path("firmware/campaigns/<id:id>/", campaigns.campaign, name="campaign"),
    path("firmware/campaigns/<id:id>/start/", campaigns.campaign_start, name="campaign_start"),
    path("firmware/campaigns/<id:id>/pause/", campaigns.campaign_pause, name="campaign_pause"),
    path("firmware/campaigns/<id:id>/resume/", campaigns.campaign_resume, name="campaign_resume"),
    path("firmware/campaigns/<id:id>/cancel/", campaigns.campaign_cancel, name="campaign_cancel"),
    path("firmware/releases/<id:id>/campaign/", campaigns.campaign_new, name="campaign_new"),
    path("firmware/updates/<id:id>/", campaigns.firmware_update, name="firmware_update"),
    path(
        "firmware/updates/<id:id>/live/",
        campaigns.firmware_update_live,
        name="firmware_update_live",
    ),
    path(
        "firmware/updates/<id:id>/leave-out/",
        campaigns.firmware_update_leave_out,
        name="firmware_update_leave_out",
    ),
    path(
        "firmware/updates/<id:id>/record/",
        campaigns.firmware_update_record,
        name="firmware_update_record",
    ),
    path(
        "firmware/updates/<id:id>/telephone/",
        phone_answers.firmware_update_telephone,
        name="firmware_update_telephone",
    ),
    path("our-firmware/", our_firmware.our_firmware, name="our_firmware"),
    path(
        "our-firmware/<id:id>/answer/",
        our_firmware.our_firmware_answer,
        name="our_firmware_answer",
    ),
]
