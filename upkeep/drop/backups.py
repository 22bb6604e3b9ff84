"""Files of the drop become backups: encrypted while they come, rows once they are whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import connection

from accounts.viewer import Viewer
from calcom_portal.common.errors import PortalError
from calcom_portal.common.tenancy import system_scope
from upkeep.actions.begin_upload import begin_upload
from upkeep.backups.form_of import HEAD, form_of
from upkeep.backups.uploads import PART, told_of, told_simply
from upkeep.backups.writing import BackupSink, NotOurs
from upkeep.drop.accounts import account_of
from upkeep.drop.taking import Account, Refused
from upkeep.models import Backup, BackupPlan
from upkeep.store.parts import PartWriter

TELL_SECONDS: Final = 15


class BackupTaker:
    """Knows the accounts, and takes a file as a backup of the account's system."""

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None where there is none that may put files now."""
        with _own_connection():
            return account_of(name)

    def begin(self, account: Account, file_name: str) -> IncomingBackup:
        """Take a file in. Raises Refused while another backup of the system is taken."""
        actor = Viewer.system("the drop", provider_id=account.provider_id)
        with _own_connection(), _in_words(), system_scope("a system sends its backup"):
            plan = BackupPlan.objects.select_related("device").get(pk=account.plan_id)
            backup = begin_upload(plan=plan, file_name=file_name, actor=actor)
            return IncomingBackup(backup, file_name)


class IncomingBackup:
    """One file on its way to the store."""

    def __init__(self, backup: Backup, file_name: str) -> None:
        self._backup, self._file_name = backup, file_name
        self._sink = BackupSink(backup)
        self._part: PartWriter | None = None
        self._head = b""
        self._told_at = time.monotonic()

    def write(self, data: bytes) -> None:
        """Take more bytes. Raises Refused."""
        with _own_connection(), _in_words():
            if self._part is None:
                # The first piece is long enough to tell by, or all there is.
                self._head = data[:HEAD]
                self._part = self._sink.part(PART, form_of(self._head))
            self._part.write(data)
            if time.monotonic() - self._told_at > TELL_SECONDS:
                self._told_at = time.monotonic()
                self._sink.keep()

    def finish(self) -> None:
        """Keep it. Raises Refused when it is not whole."""
        if self._part is None:
            raise Refused("The file is empty.")
        with _own_connection(), _in_words():
            # What was stored is read again, which takes its time.
            self._sink.keep()
            sealed = self._part.finish()
            baseline, warnings = told_of(self._backup, self._file_name, sealed, self._head)
            self._sink.finish(firmware="", baseline=baseline, warnings=warnings)

    def abandon(self, why: str) -> None:
        """Keep nothing of it, and say why at the system's backups."""
        # Whoever has it now has ended it.
        with _own_connection(), suppress(NotOurs):
            self._sink.fail(why)


@contextmanager
def _own_connection() -> Iterator[None]:
    """Give the thread's connection back: threads come and go, and files take long."""
    try:
        yield
    finally:
        if not connection.in_atomic_block:
            connection.close()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except PortalError as error:
        raise Refused(told_simply(error)) from error
