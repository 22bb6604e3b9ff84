"""What upkeep shows on the pages of the apps below: tickets, devices, the customer's home."""

from __future__ import annotations

from contracts.device_parts import register_device_part
from contracts.history import register_history
from tickets.home_parts import register_tiles
from tickets.page_parts import register_ticket_part
from upkeep.changing.history import changes_in_history
from upkeep.presenters.changes import MARKS as CHANGES
from upkeep.presenters.changes import changes_of
from upkeep.presenters.customer import backup_tiles
from upkeep.presenters.device_part import backups_of_device
from upkeep.presenters.firmware_parts import MARKS as FIRMWARE
from upkeep.presenters.firmware_parts import firmware_of_device, updates_of
from upkeep.presenters.ticket_part import MARKS as BACKUPS
from upkeep.presenters.ticket_part import backups_of
from upkeep.restores.history import restores_in_history
from upkeep.updating.history import updates_in_history


def register_parts() -> None:
    """Register each part once, in the order in which they are shown."""
    register_ticket_part(backups_of, BACKUPS)
    register_ticket_part(changes_of, CHANGES)
    register_ticket_part(updates_of, FIRMWARE)
    register_device_part(backups_of_device)
    register_device_part(firmware_of_device)
    register_tiles(backup_tiles)
    for source in (changes_in_history, updates_in_history, restores_in_history):
        register_history(source)
