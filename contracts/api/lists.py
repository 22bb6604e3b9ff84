"""Lists of installed products that are sent in: checked, then imported as a whole."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api_writes import Call, Write
from calcom_portal.common.api.fields import (
    ChoiceField,
    FormIdField,
)
from calcom_portal.common.api.serializers import StrictSerializer
from calcom_portal.common.errors import BadInput
from contracts.access import (
    access_import,
)
from contracts.actions import (
    ListSent,
    confirm_import,
    recheck_import,
    start_import,
)
from contracts.api.goods import IMPORT, ImportShape
from contracts.api.goods_writing import CONTRACTS, LISTS, customer_of, named_contract
from contracts.goods.dates import DateStyle
from contracts.goods.text_file import Letters
from contracts.models import (
    GoodsImport,
)

FILE = "file"
CHECKING = IMPORT | {"state": "checking", "counts": {}, "checked_at": None, "applied_at": None}


class ListInput(StrictSerializer):
    """How a list is to be read. All values are texts: it is sent as a form with the file."""

    customer = FormIdField()
    dates = ChoiceField(
        [item.value for item in DateStyle],
        default=DateStyle.ASK.value,
        help_text="How 03/04/2026 is meant.",
    )
    letters = ChoiceField([item.value for item in Letters], default=Letters.AUTO.value)
    contract = FormIdField(required=False, help_text="For warranty days that name none.")


class ListWithFile(serializers.Serializer[Any]):
    """The list with its file."""

    customer = serializers.IntegerField()
    dates = serializers.CharField(required=False)
    letters = serializers.CharField(required=False)
    contract = serializers.IntegerField(required=False)
    file = serializers.FileField(help_text="CSV or XLSX.")


def _send_list(call: Call) -> GoodsImport:
    file, values = call.file(FILE), call.values
    if file is None:
        raise BadInput("No list came along.", field=FILE, remedy="Send it as multipart/form-data.")
    contract = named_contract(call) if "contract" in values else None
    sent = ListSent(file, DateStyle(values["dates"]), Letters(values["letters"]), contract)
    return start_import(customer=customer_of(call), sent=sent, actor=call.viewer)


def _import(call: Call) -> GoodsImport:
    return access_import(call.viewer, call.id())


SEND_LIST = Write(
    "imports_send",
    "Send a list of installed products in",
    "As multipart/form-data with the `file`. It is checked first and changes nothing: read the "
    "import until it is `ready`, then apply it.",
    CONTRACTS,
    LISTS,
    _send_list,
    ImportShape,
    CHECKING,
    ListInput,
    status=201,
    ids=(),
    form=ListWithFile,
    place="api_import",
)
APPLY_LIST = Write(
    "imports_apply",
    "Import a list that was checked",
    "As a whole or not at all; refused while a row of it is.",
    CONTRACTS,
    LISTS,
    lambda call: confirm_import(goods_import=_import(call), actor=call.viewer),
    ImportShape,
    IMPORT | {"state": "ready", "applied_at": None},
)
RECHECK_LIST = Write(
    "imports_recheck",
    "Check a list again",
    "After something else has changed.",
    CONTRACTS,
    LISTS,
    lambda call: recheck_import(goods_import=_import(call), actor=call.viewer),
    ImportShape,
    CHECKING,
)
