"""The verbs of contracts."""

from contracts.actions._amending import refuse_other_version
from contracts.actions._life import Changed
from contracts.actions._versions import CalendarEdit, refuse_empty_week
from contracts.actions._warranty import WarrantyFacts
from contracts.actions.add_tier_clause import add_tier_clause
from contracts.actions.add_warranty import add_warranty
from contracts.actions.amend_contract import amend_contract
from contracts.actions.apply_import import apply_import
from contracts.actions.call_off_contract import call_off_contract
from contracts.actions.cancel_contract import cancel_contract
from contracts.actions.check_import import check_import
from contracts.actions.confirm_import import confirm_import
from contracts.actions.copy_tier import copy_tier
from contracts.actions.create_calendar import create_calendar
from contracts.actions.create_clause import create_clause
from contracts.actions.create_contract import create_contract
from contracts.actions.create_device import DeviceFacts, create_device
from contracts.actions.create_product_model import ModelFacts, create_product_model
from contracts.actions.create_site import create_site
from contracts.actions.decline_agreement import decline_agreement
from contracts.actions.edit_clause import edit_clause
from contracts.actions.edit_contract import edit_contract
from contracts.actions.edit_device import edit_device
from contracts.actions.edit_product_model import edit_product_model
from contracts.actions.edit_site import edit_site
from contracts.actions.edit_tier import edit_tier
from contracts.actions.edit_tier_clause import edit_tier_clause
from contracts.actions.edit_warranty import edit_warranty
from contracts.actions.end_contract import end_contract
from contracts.actions.give_notice import Side, give_notice, withdraw_notice
from contracts.actions.hide_tier import hide_tier
from contracts.actions.offer_tier import offer_tier
from contracts.actions.publish_calendar import publish_calendar_version, refuse_stale
from contracts.actions.publish_rate_card import publish_rate_card, seed_rate_card
from contracts.actions.recheck_import import recheck_import
from contracts.actions.remove_tier_clause import remove_tier_clause
from contracts.actions.remove_warranty import remove_warranty
from contracts.actions.renew_contract import renew_by_itself, renew_contract
from contracts.actions.retire_device import retire_device
from contracts.actions.seed_catalogue import seed_catalogue
from contracts.actions.send_amendment import send_amendment
from contracts.actions.send_for_signature import send_for_signature
from contracts.actions.set_expiry_days import set_expiry_days
from contracts.actions.set_horizons import set_horizons
from contracts.actions.sign_agreement import sign_agreement
from contracts.actions.sign_contract import sign_contract
from contracts.actions.start_import import ListSent, start_import
from contracts.actions.swap_device import Swap, swap_device
from contracts.actions.withdraw_from_signature import withdraw_from_signature
from contracts.catalogue_edit import ClauseOffer, ClauseWords, TierWords
from contracts.drafts import Amendment, ContractWish, Draft
from contracts.evidence import Evidence

__all__ = [
    "Amendment",
    "CalendarEdit",
    "Changed",
    "ClauseOffer",
    "ClauseWords",
    "ContractWish",
    "DeviceFacts",
    "Draft",
    "Evidence",
    "ListSent",
    "ModelFacts",
    "Side",
    "Swap",
    "TierWords",
    "WarrantyFacts",
    "add_tier_clause",
    "add_warranty",
    "amend_contract",
    "apply_import",
    "call_off_contract",
    "cancel_contract",
    "check_import",
    "confirm_import",
    "copy_tier",
    "create_calendar",
    "create_clause",
    "create_contract",
    "create_device",
    "create_product_model",
    "create_site",
    "decline_agreement",
    "edit_clause",
    "edit_contract",
    "edit_device",
    "edit_product_model",
    "edit_site",
    "edit_tier",
    "edit_tier_clause",
    "edit_warranty",
    "end_contract",
    "give_notice",
    "hide_tier",
    "offer_tier",
    "publish_calendar_version",
    "publish_rate_card",
    "recheck_import",
    "refuse_empty_week",
    "refuse_other_version",
    "refuse_stale",
    "remove_tier_clause",
    "remove_warranty",
    "renew_by_itself",
    "renew_contract",
    "retire_device",
    "seed_catalogue",
    "seed_rate_card",
    "send_amendment",
    "send_for_signature",
    "set_expiry_days",
    "set_horizons",
    "sign_agreement",
    "sign_contract",
    "start_import",
    "swap_device",
    "withdraw_from_signature",
    "withdraw_notice",
]
