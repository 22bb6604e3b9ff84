"""What can be done to people, companies and keys. One verb a file."""

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.change_company import change_company
from accounts.actions.change_customer import change_customer
from accounts.actions.change_logo import change_logo
from accounts.actions.change_profile import change_profile
from accounts.actions.change_role import change_role
from accounts.actions.create_api_key import create_api_key
from accounts.actions.create_customer import create_customer
from accounts.actions.create_provider import create_provider
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.end_look import end_look
from accounts.actions.erase_people import erase_people
from accounts.actions.hand_over_work import hand_over_work
from accounts.actions.invite_person import invite_person
from accounts.actions.let_customer_go import keep_customer, let_customer_go
from accounts.actions.limit_person import limit_person
from accounts.actions.reactivate_person import reactivate_person
from accounts.actions.resend_invitation import resend_invitation
from accounts.actions.revoke_api_key import revoke_api_key
from accounts.actions.start_look import start_look
from accounts.actions.take_out_data import take_out_data
from accounts.actions.withdraw_invitation import withdraw_invitation

__all__ = [
    "accept_invitation",
    "change_company",
    "change_customer",
    "change_logo",
    "change_profile",
    "change_role",
    "create_api_key",
    "create_customer",
    "create_provider",
    "deactivate_person",
    "end_look",
    "erase_people",
    "hand_over_work",
    "invite_person",
    "keep_customer",
    "let_customer_go",
    "limit_person",
    "reactivate_person",
    "resend_invitation",
    "revoke_api_key",
    "start_look",
    "take_out_data",
    "withdraw_invitation",
]
