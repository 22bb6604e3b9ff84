"""Django's entry for the app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The `tickets` app."""

    name = "tickets"

    def ready(self) -> None:
        """Tell the apps below what tickets know."""
        # Models are not loaded before, hence the imports here.
        from accounts.api_scopes import ApiScope  # noqa: PLC0415
        from accounts.capabilities import Capability  # noqa: PLC0415
        from accounts.customer_links import (  # noqa: PLC0415
            CustomerLink,
            register_customer_link,
        )
        from accounts.founding import register  # noqa: PLC0415
        from accounts.jobs import register_job  # noqa: PLC0415
        from accounts.room import Resource, register_counter  # noqa: PLC0415
        from accounts.search import register_finder  # noqa: PLC0415
        from contracts.history import register_history  # noqa: PLC0415
        from contracts.impact import (  # noqa: PLC0415
            register_calendar_follow_up,
            register_cover_follow_up,
            register_impact,
        )
        from contracts.swapping import register_swap_follow_up  # noqa: PLC0415
        from notifications.kinds import register_kinds  # noqa: PLC0415
        from tickets.comings_and_goings import tell_of_people  # noqa: PLC0415
        from tickets.counting import count_storage  # noqa: PLC0415
        from tickets.device_history import labour_in_history, tickets_in_history  # noqa: PLC0415
        from tickets.finding import find_tickets  # noqa: PLC0415
        from tickets.follow_terms import follow_terms  # noqa: PLC0415
        from tickets.follow_up import moved_deadlines, recount  # noqa: PLC0415
        from tickets.founding import found_counter  # noqa: PLC0415
        from tickets.notices import KINDS  # noqa: PLC0415
        from tickets.statement_jobs import (  # noqa: PLC0415
            EXPORT,
            ISSUE,
            export_month,
            issue_month,
        )
        from tickets.statement_notices import ISSUED  # noqa: PLC0415
        from tickets.swaps import follow_device, open_for_device  # noqa: PLC0415

        register(found_counter)
        register_finder(10, find_tickets, ApiScope.TICKETS_READ)
        tell_of_people()
        register_counter(Resource.STORAGE, count_storage)
        register_customer_link(CustomerLink("Tickets", "tickets", "message-square"))
        register_customer_link(
            CustomerLink("Statements", "statements", "receipt", Capability.SEE_STATEMENTS)
        )
        register_job(ISSUE, issue_month, needs=Capability.ISSUE_STATEMENTS)
        register_job(EXPORT, export_month, needs=Capability.ISSUE_STATEMENTS)
        register_kinds(*KINDS, ISSUED)
        register_impact(moved_deadlines)
        register_calendar_follow_up(recount)
        register_swap_follow_up(count=open_for_device, follow=follow_device)
        register_history(tickets_in_history)
        register_history(labour_in_history)
        register_cover_follow_up(follow_terms)
