"""What is deleted with a provider, in which order. See docs/adr on deleting providers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from accounts.jobs.files import path_of
from accounts.models import ChainHead, Job, Membership, Provider, SignUp, User
from calcom_portal.common.files import folder_of
from calcom_portal.common.grants import is_owned
from calcom_portal.common.owned import OwnedForeignKey
from calcom_portal.common.tenancy import system_scope

REASON = "delete a provider whose grace is over"
# A batch deletes for about a second; a crash loses one batch, and the next run goes on.
BATCH: Final = 5_000

Folder = Callable[[int], Path]

Eraser = Callable[[int], None]

_folders: list[Folder] = []
_erasers: list[Eraser] = []


def register_file_folder(folder: Folder) -> None:
    """Delete `folder(provider_id)` with the provider: every file of an app lies in one."""
    if folder not in _folders:
        _folders.append(folder)


def register_eraser(erase: Eraser) -> None:
    """Call `erase(provider_id)` for what an app keeps elsewhere than in a folder of ours."""
    if erase not in _erasers:
        _erasers.append(erase)


def folder_of_mail(provider_id: int) -> Path:
    """Return where the demo keeps a provider's mail."""
    return Path(settings.MAIL_DIR) / str(provider_id)


register_file_folder(folder_of)
register_file_folder(folder_of_mail)


def owned_models() -> list[Any]:
    """Return every model with rows of providers, what refers before what is referred to."""
    graph = {model: _referring(model) for model in apps.get_models() if is_owned(model)}
    return list(TopologicalSorter(graph).static_order())


def count_rows(provider_id: int) -> dict[str, int]:
    """Return how many rows a provider has, by table; tables without any are left out."""
    with system_scope(REASON):
        counted = {
            model._meta.db_table: model.objects.filter(
                **{model.provider_lookup: provider_id}
            ).count()
            for model in owned_models()
        }
    return {table: rows for table, rows in sorted(counted.items()) if rows}


def heads_of_chains(provider_id: int) -> dict[str, str]:
    """Return the number and hash that each chain of a provider ends with."""
    with system_scope(REASON):
        heads = ChainHead.objects.filter(provider_id=provider_id).order_by("chain")
        return {head.chain: f"{head.number}:{head.digest}" for head in heads}


def erase_rows(provider_id: int) -> None:
    """Delete everything that refers to a provider; its own row stays."""
    for model in owned_models():
        if model is not Provider:
            # Rows that refer to rows of their own table go in one statement.
            most = None if model in _parents(model) else BATCH
            while _erase(provider_id, model, most):
                pass


def erase_root(provider_id: int) -> bool:
    """Delete the provider's own row; was it there? In the caller's transaction."""
    return _erase(provider_id, Provider, None) == 1


def erase_results(provider_id: int) -> None:
    """Delete the files that jobs of a provider made, while their rows still tell which they are."""
    with system_scope(REASON):
        jobs = Job.objects.filter(provider_id=provider_id).exclude(file_key="")
        keys = list(jobs.values_list("file_key", flat=True))
    for key in keys:
        path_of(key).unlink(missing_ok=True)


def erase_files(provider_id: int) -> None:
    """Delete every file of a provider."""
    for folder in _folders:
        place = folder(provider_id)
        if place.exists():
            shutil.rmtree(place)
    for erase in _erasers:
        erase(provider_id)


@transaction.atomic
def forget_orphans() -> int:
    """Delete the accounts of people who are in no company any more, with all that is theirs.

    Operators stay. Outside any scope: accounts are out of reach inside one.
    """
    with system_scope("find out whose account still has a company"):
        at_home = set(Membership.objects.values_list("user_id", flat=True).distinct())
    everybody = User.objects.filter(is_operator=False).values_list("pk", "email")
    orphans = {pk: email for pk, email in everybody if pk not in at_home}
    sessions = UserSession.objects.filter(user_id__in=orphans)
    Session.objects.filter(session_key__in=sessions.values_list("session_key", flat=True)).delete()
    SignUp.objects.filter(email__in=orphans.values()).delete()
    for relation in User._meta.related_objects:
        if not is_owned(relation.related_model):
            rows: Any = relation.related_model
            rows.objects.filter(**{f"{relation.field.name}__in": orphans}).delete()
    with connection.cursor() as cursor:
        # Django would look for memberships first, which are out of reach here; the key looks too.
        cursor.execute("DELETE FROM accounts_user WHERE id = ANY(%s)", [list(orphans)])
    return len(orphans)


def _erase(provider_id: int, model: Any, most: int | None) -> int:
    with system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(
            "SELECT portal_erase_rows(%s, %s::regclass, %s)",
            [provider_id, model._meta.db_table, most],
        )
        return int(cursor.fetchone()[0])


def _parents(model: Any) -> Iterator[Any]:
    for field in model._meta.local_fields:
        if isinstance(field, OwnedForeignKey) or (field.is_relation and field.name == "provider"):
            yield field.related_model


def _referring(model: Any) -> set[Any]:
    return {
        other
        for other in apps.get_models()
        if is_owned(other) and other is not model and model in _parents(other)
    }
