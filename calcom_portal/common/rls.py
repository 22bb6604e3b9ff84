"""The second wall: row-level security, as a migration operation.

`SecureTable` belongs in the migration that creates the table. It forces row policies for the
three group roles, grants each of them only what it needs, and adds the composite keys that keep
a row from pointing into another tenant (foreign keys themselves bypass policies).
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from calcom_portal.common.owned import OwnedForeignKey
from calcom_portal.common.tenancy import DatabaseRole

# `current_setting` gives '' after a transaction that set the variable, hence nullif.
PROVIDER = "(SELECT nullif(current_setting('app.provider_id', true), '')::bigint)"
CUSTOMER = "(SELECT nullif(current_setting('app.customer_id', true), '')::bigint)"

# A person's limit, as `limits.Limit.setting` writes it: empty for all who have none.
LIMIT = "coalesce(current_setting('app.limit', true), '')"
HAS_NO_LIMIT = f"(SELECT {LIMIT} = '')"
LIMITED_PERSON = f"(SELECT nullif(split_part({LIMIT}, '|', 1), '')::bigint)"
SITES_OF_TICKETS = f"(SELECT nullif(split_part({LIMIT}, '|', 2), '')::bigint[])::bigint[]"
SITES = f"(SELECT nullif(split_part({LIMIT}, '|', 3), '')::bigint[])::bigint[]"
HAS_ALL_SITES = f"(SELECT split_part({LIMIT}, '|', 3) = '')"

# What `also_for_customer` says of tables that hold tickets, devices and sites …
TICKET_IN_REACH = (
    f"{HAS_NO_LIMIT} OR reporter_id = {LIMITED_PERSON} OR site_id = ANY ({SITES_OF_TICKETS})"
)
DEVICE_IN_REACH = f"{HAS_ALL_SITES} OR site_id = ANY ({SITES})"
SITE_IN_REACH = f"{HAS_ALL_SITES} OR id = ANY ({SITES})"
# … and of those whose rows belong to one: the row policy of the parent answers within.
PARENT = "OR EXISTS (SELECT 1 FROM {} parent WHERE parent.id = {})"
OF_TICKET_IN_REACH = f"{HAS_NO_LIMIT} {PARENT.format('tickets_ticket', 'ticket_id')}"
OF_DEVICE_IN_REACH = f"{HAS_ALL_SITES} {PARENT.format('contracts_device', 'device_id')}"

READ = "SELECT"
APPEND = "SELECT, INSERT"
WRITE = "SELECT, INSERT, UPDATE"
EDIT = "SELECT, INSERT, UPDATE, DELETE"
DROP_IN = "INSERT"
NOTHING = ""


class TenantKey(Operation):
    """Add the composite key of an owned reference that joins a table that is there already.

    `SecureTable` does it for the references that a new table is made with.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, field: str) -> None:
        self.model = model
        self.field = field

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add the key."""
        model = to_state.apps.get_model(app_label, self.model)
        schema_editor.execute(_tenant_key(model._meta.db_table, model._meta.get_field(self.field)))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to do: the column goes with its key."""

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Keep {self.field} of {self.model} within the tenant"


class SecureTable(Operation):
    """Put the wall around `model`.

    `customer`, `staff`, `system`: the grants of each role. `also_for_customer`: a further SQL
    condition that customers' rows must meet. `shared_with_customers`: every customer of the
    provider may see rows without a customer. `is_leaf`: nothing refers to its rows, so they need no
    key to be referred by.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(  # noqa: PLR0913 - a migration reads best as one line
        self,
        model: str,
        *,
        customer: str = NOTHING,
        staff: str = WRITE,
        system: str = WRITE,
        provider_column: str = "provider_id",
        customer_column: str = "",
        also_for_customer: str = "true",
        shared_with_customers: bool = False,
        is_leaf: bool = False,
    ) -> None:
        self.model = model
        self.grants = {
            DatabaseRole.CUSTOMER: customer,
            DatabaseRole.STAFF: staff,
            DatabaseRole.SYSTEM: system,
        }
        self.provider_column = provider_column
        self.customer_column = customer_column
        self.also_for_customer = also_for_customer
        self.shared_with_customers = shared_with_customers
        self.is_leaf = is_leaf

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add keys, policies and grants."""
        model = to_state.apps.get_model(app_label, self.model)
        for statement in self.statements(model):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to do: the table goes with its policies."""

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Force row policies on {self.model}"

    def statements(self, model: Any) -> list[str]:
        """Return the SQL in order."""
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            *self._keys(model, table),
            *self._policies(table),
            *(
                f'GRANT {verbs} ON "{table}" TO {role.value}'
                for role, verbs in self.grants.items()
                if verbs
            ),
        ]

    def _keys(self, model: Any, table: str) -> list[str]:
        if self.provider_column == "id":
            return []
        add = f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}'
        keys = [] if self.is_leaf else [f'{add}_tenant_key" UNIQUE (provider_id, id)']
        parents = [
            field for field in model._meta.local_fields if isinstance(field, OwnedForeignKey)
        ]
        keys += [_tenant_key(table, field) for field in parents]
        if all(field.null for field in parents):
            # Elsewhere a parent that must be there proves that the provider is.
            keys.append(
                f'{add}_provider_fk" FOREIGN KEY (provider_id) REFERENCES accounts_provider (id)'
            )
        return keys

    def _policies(self, table: str) -> list[str]:
        same_provider = f'"{self.provider_column}" = {PROVIDER}'
        policies = [
            _policy(table, DatabaseRole.SYSTEM, "ALL", "true"),
            _policy(table, DatabaseRole.STAFF, "ALL", same_provider),
            _policy(table, DatabaseRole.CUSTOMER, "ALL", self._own_condition()),
        ]
        if self.shared_with_customers:
            # To read only: a policy for ALL would let a customer's UPDATE reach the shared rows.
            shared = f'{same_provider} AND "{self.customer_column}" IS NULL'
            policies.append(_policy(table, DatabaseRole.CUSTOMER, "SELECT", shared))
        return policies

    def _own_condition(self) -> str:
        same_provider = f'"{self.provider_column}" = {PROVIDER}'
        return f"{same_provider} AND {self._own_rows()} AND ({self.also_for_customer})"

    def _own_rows(self) -> str:
        return f'"{self.customer_column}" = {CUSTOMER}' if self.customer_column else "true"


def _tenant_key(table: str, field: Any) -> str:
    """Return the SQL that keeps a reference within the tenant."""
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tenant_fk"'
        f' FOREIGN KEY (provider_id, "{field.column}")'
        f' REFERENCES "{field.related_model._meta.db_table}" (provider_id, id)'
    )


class NarrowTable(SecureTable):
    """Change the further condition of a table that stands behind its wall already.

    Takes what `SecureTable` takes of the columns, and the whole new condition.
    """

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Change which rows of {self.model} customers' people reach"

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Go back to the plain condition."""
        self.also_for_customer = "true"
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def statements(self, model: Any) -> list[str]:
        """Return the SQL."""
        condition = self._own_condition()
        policy = f'ALTER POLICY {DatabaseRole.CUSTOMER.value}_rows ON "{model._meta.db_table}"'
        return [f"{policy} USING ({condition}) WITH CHECK ({condition})"]


def _policy(table: str, role: DatabaseRole, verb: str, condition: str) -> str:
    """Return one policy; those of a role for a verb are alternatives."""
    name = f"{role.value}_{'rows' if verb == 'ALL' else 'reads'}"
    check = f" WITH CHECK ({condition})" if verb == "ALL" else ""
    return (
        f'CREATE POLICY {name} ON "{table}" FOR {verb} TO {role.value} USING ({condition}){check}'
    )


class KeyThroughParent(Operation):
    """Let one wide key to the parent prove what `model` shares with it.

    `field` is the reference to the parent; `shared` are columns that both have, such as
    customer_id. The key (provider, shared…, parent) replaces one key for each of these columns: it
    costs a third, and proves more, for example that a rung's customer is that of its clock.
    Needs a migration that is not atomic: the parent's table may have grown.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, field: str, *, shared: tuple[str, ...]) -> None:
        self.model = model
        self.field = field
        self.shared = shared

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add the wide key before the narrow ones go."""
        for statement in self.statements(to_state.apps.get_model(app_label, self.model)):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to do: the wide key holds for the former version too."""

    def describe(self) -> str:
        """Say what the operation does, for `migrate`."""
        return f"Key {self.model} through its {self.field}"

    def statements(self, model: Any) -> list[str]:
        """Return the SQL in order. It may be run again after it was broken off."""
        field = model._meta.get_field(self.field)
        table, parent = model._meta.db_table, field.related_model._meta.db_table
        shared = ", ".join(("provider_id", *self.shared))
        name, wide = f"{parent}_wide_key", f"{table}_{field.column}_wide_fk"
        refers = f"FOREIGN KEY ({shared}, {field.column}) REFERENCES {parent} ({shared}, id)"
        return [
            f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {parent} ({shared}, id)",
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {wide}",
            f"ALTER TABLE {table} ADD CONSTRAINT {wide} {refers} NOT VALID",
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {wide}",
            *(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_tenant_fk"
                for column in (*self.shared, field.column)
            ),
        ]
