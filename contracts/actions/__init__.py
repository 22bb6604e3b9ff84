"""The verbs of contracts."""

from contracts.actions._versions import CalendarEdit
from contracts.actions.cancel_contract import cancel_contract
from contracts.actions.create_calendar import create_calendar
from contracts.actions.create_contract import create_contract
from contracts.actions.create_device import DeviceFacts, create_device
from contracts.actions.create_site import create_site
from contracts.actions.edit_contract import edit_contract
from contracts.actions.edit_device import edit_device
from contracts.actions.edit_site import edit_site
from contracts.actions.publish_calendar import publish_calendar_version, refuse_stale
from contracts.actions.publish_rate_card import publish_rate_card, seed_rate_card
from contracts.actions.retire_device import retire_device
from contracts.actions.seed_catalogue import seed_catalogue
from contracts.actions.sign_contract import sign_contract
from contracts.drafts import ContractWish, Draft

__all__ = [
    "CalendarEdit",
    "ContractWish",
    "DeviceFacts",
    "Draft",
    "cancel_contract",
    "create_calendar",
    "create_contract",
    "create_device",
    "create_site",
    "edit_contract",
    "edit_device",
    "edit_site",
    "publish_calendar_version",
    "publish_rate_card",
    "refuse_stale",
    "retire_device",
    "seed_catalogue",
    "seed_rate_card",
    "sign_contract",
]
