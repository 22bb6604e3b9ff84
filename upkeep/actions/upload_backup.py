"""Take a file that a technician brings as the backup of a system."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken, TooLarge
from calcom_portal.common.files import CHUNK, IncomingFile, safe_name
from calcom_portal.common.sizes import has_and_may
from calcom_portal.common.tenancy import database_now
from contracts.models import Device
from tickets.models import Ticket
from upkeep.backups.form_of import HEAD, form_of
from upkeep.backups.uploads import PART, told_of, told_simply
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupPlan, BackupState, Trigger
from upkeep.store.errors import PartBroken
from upkeep.store.names import new_name


@transaction.atomic
def upload_backup(
    *, device: Device, file: IncomingFile, firmware: str = "", ticket: Ticket | None, actor: Viewer
) -> Backup:
    """Encrypt the file into the store; return the backup. Only its buffers are in memory.

    Raises NotAllowed; BadInput for a file that is empty or not whole, TooLarge, RuleBroken while
    another backup is taken, StoreUnavailable and OverQuota. Nothing of it is kept then.
    """
    actor.require(Capability.TAKE_BACKUPS)
    _check(device, file)
    backup = _begun(device, ticket, actor)
    sink = BackupSink(backup)
    try:
        _write(sink, file, firmware)
    except PartBroken as error:
        sink.abandon()
        raise BadInput(told_simply(error), field="file", remedy=error.remedy) from error
    except BaseException:
        # The transaction takes the row back; the objects are not in it.
        sink.abandon()
        raise
    backup.refresh_from_db()
    record(actor, "backup.uploaded", backup, device=device.pk, bytes=backup.plain_bytes)
    return backup


def _check(device: Device, file: IncomingFile) -> None:
    if device.retired_on is not None:
        raise RuleBroken(
            f"{device.name} was taken out of service.", remedy="Choose the system in its place."
        )
    if file.size == 0:
        raise BadInput("The file is empty.", field="file", remedy="Choose the file again.")
    if file.size > settings.BACKUP_UPLOAD_LIMIT_BYTES:
        most = settings.BACKUP_UPLOAD_LIMIT_BYTES
        raise TooLarge(
            f"{has_and_may('The file', file.size, most)} here.",
            remedy="Send it by SFTP with the system's account.",
        )


def _begun(device: Device, ticket: Ticket | None, actor: Viewer) -> Backup:
    now = database_now()
    try:
        with transaction.atomic():
            backup: Backup = Backup.objects.create(
                provider_id=device.provider_id,
                customer_id=device.customer_id,
                device=device,
                plan=BackupPlan.objects.filter(device=device).first(),
                name=new_name(now),
                trigger=Trigger.SERVICE if ticket else Trigger.BY_HAND,
                ticket=ticket,
                asked_by_id=actor.membership_id,
                state=BackupState.RUNNING,
                attempts=1,
                token=uuid4().hex,
                asked_at=now,
                begun_at=now,
            )
    except IntegrityError as error:
        raise RuleBroken(
            f"Another backup of {device.name} is being taken.", remedy="Try again when it is there."
        ) from error
    return backup


def _write(sink: BackupSink, file: IncomingFile, firmware: str) -> None:
    with file.open() as source:
        piece = head = source.read(CHUNK)
        with sink.part(PART, form_of(head[:HEAD])) as part:
            while piece:
                part.write(piece)
                piece = source.read(CHUNK)
            sealed = part.finish()
    baseline, warnings = told_of(sink.backup, safe_name(file.name), sealed, head[:HEAD])
    sink.finish(firmware, baseline, warnings)
