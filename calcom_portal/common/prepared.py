"""Queries that every page asks, built once: Django's SQL is kept, and PostgreSQL's plan of it too.

To build the SQL of a query and to plan its joins takes five to twenty times as long as to run it. A
prepared query is still written as a queryset; its text is made once for each kind of scope, with
the scope's ids as parameters like all others, so that both walls stand as they do elsewhere.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.db.models.query import get_related_populators

from calcom_portal.common.tenancy import (
    ENTER_FOR_A_GLANCE,
    GLANCE,
    Scope,
    current_scope,
    in_scope,
    planning_scope,
    system_scope,
)

P = ParamSpec("P")
Row = TypeVar("Row", bound=models.Model)

PROVIDER, CUSTOMER = "scope.provider_id", "scope.customer_id"

# What each connection to PostgreSQL has been told already.
_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

Asked = tuple[str, str, Sequence[Any]]
_held_back: ContextVar[list[Asked] | None] = ContextVar("held_back", default=None)


class Slot(models.Expression):
    """The place of a value that is known only when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder, and itself instead of a value."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query in SQL, and how its rows become instances."""

    name: str
    sql: str
    parameters: tuple[Any, ...]
    model: Any
    columns: list[str]
    start: int
    end: int
    converters: Any
    populators: list[Any]
    annotations: dict[str, int]
    compiler: Any

    def rows(self, values: dict[str, Any]) -> Iterator[Any]:
        """Ask, and yield instances as a queryset does."""
        given = [values[one.name] if isinstance(one, Slot) else one for one in self.parameters]
        rows, _ = ask_prepared(self.name, self.sql, given)
        for row in self.compiler.apply_converters(rows, self.converters):
            instance = self.model.from_db(
                connection.alias, self.columns, row[self.start : self.end]
            )
            for populator in self.populators:
                populator.populate(row, instance)
            for name, column in self.annotations.items():
                setattr(instance, name, row[column])
            yield instance


def ask_prepared(name: str, sql: str, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
    """Run a statement with `$1` … in it, planned at its first time.

    Return its rows, and how many there are, or how many it wrote. What was held back goes before
    it, in the same round trip.
    """
    held = _held_back.get() or []
    asked = [*held, (name, sql, values)]
    held.clear()
    return _ask(asked)


def tell_prepared(name: str, sql: str, values: Sequence[Any]) -> None:
    """Run a statement whose answer nobody needs: within `in_one_go` together with the next one."""
    held = _held_back.get()
    if held is None:
        _ask([(name, sql, values)])
    else:
        held.append((name, sql, values))


@contextmanager
def in_one_go() -> Iterator[None]:
    """Hold back what is only told, and send it with the next prepared statement, or at the end.

    PostgreSQL carries all of it out in order; only the waiting for each answer is saved. A queryset
    asked for within the block does not see yet what is held back.
    """
    held: list[Asked] = []
    token = _held_back.set(held)
    try:
        yield
        if held:
            _ask(held)
    finally:
        _held_back.reset(token)


def _ask(asked: Sequence[Asked]) -> tuple[list[tuple[Any, ...]], int]:
    with connection.cursor() as cursor:
        told = _told.setdefault(connection.connection, set())
        for name, sql, _ in asked:
            if name not in told:
                # Not a query of any page: once in the life of a connection. It outlives a rollback.
                with connection.connection.cursor() as bare:
                    bare.execute(f"PREPARE {name} AS {sql}")
                told.add(name)
        sql = "; ".join(_execution(name, len(values)) for name, _, values in asked)
        cursor.execute(sql, [value for _, _, values in asked for value in values])
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        count: int = cursor.rowcount
    return rows, count


@cache
def _execution(name: str, count: int) -> str:
    return f"EXECUTE {name} ({', '.join(['%s'] * count)})" if count else f"EXECUTE {name}"


class PreparedSql:
    """SQL with `%(name)s` in it, planned once for each role. `name` is short and its own."""

    def __init__(self, name: str, sql: str) -> None:
        names = dict.fromkeys(re.findall(r"%\((\w+)\)s", sql))
        self._name = name
        self._names = tuple(names)
        self._sql = sql % {one: f"${number}" for number, one in enumerate(names, start=1)}

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it, and return its rows. Only within a scope."""
        return self._run(values)[0]

    def write(self, values: Mapping[str, Any]) -> int:
        """Run it, and return how many rows it wrote. Only within a scope."""
        return self._run(values)[1]

    def tell(self, values: Mapping[str, Any]) -> None:
        """Run it for nobody to wait for, see `in_one_go`. Only within a scope."""
        tell_prepared(*self._asked(values))

    def _run(self, values: Mapping[str, Any]) -> tuple[list[tuple[Any, ...]], int]:
        return ask_prepared(*self._asked(values))

    def _asked(self, values: Mapping[str, Any]) -> Asked:
        name = f"{self._name}_{current_scope().role.value}"
        return name, self._sql, [values[one] for one in self._names]


class Prepared(Generic[P, Row]):
    """A function that returns a queryset, asked by its arguments; see `prepared`."""

    def __init__(self, build: Callable[P, models.QuerySet[Row]]) -> None:
        update_wrapper(self, build)
        self._build: Callable[..., models.QuerySet[Row]] = build
        self._names = tuple(inspect.signature(build).parameters)
        self._statements: dict[str, _Statement] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        """Return the rows."""
        values: dict[str, Any] = dict(zip(self._names, args, strict=False)) | kwargs
        scope = current_scope() if in_scope() else None
        if scope is not None and scope.limit is not None:
            # Each limit makes another query, and few people have one.
            return list(self._build(**{name: _as_value(one) for name, one in values.items()}))
        if scope is not None:
            values |= {PROVIDER: scope.provider_id, CUSTOMER: scope.customer_id}
        return list(self._statement(scope).rows(values))

    def one(self, *args: P.args, **kwargs: P.kwargs) -> Row | None:
        """Return the first row; None without any."""
        return next(iter(self(*args, **kwargs)), None)

    def glance(self, reason: str, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        """Return the rows that a system worker sees, in a scope for this question only.

        What is sent to PostgreSQL at once is a transaction of its own. So scope, question and end
        take one round trip instead of four; within a transaction they take their usual course.
        """
        if connection.in_atomic_block:
            with system_scope(reason):
                return self(*args, **kwargs)
        values: dict[str, Any] = dict(zip(self._names, args, strict=False)) | kwargs
        with in_one_go():
            tell_prepared("enter_for_a_glance", ENTER_FOR_A_GLANCE, ())
            return list(self._statement(GLANCE).rows(values))

    def _statement(self, scope: Scope | None) -> _Statement:
        kind = _kind_of(scope)
        if kind not in self._statements:
            self._statements[kind] = self._compiled(kind, scope)
        return self._statements[kind]

    def _compiled(self, kind: str, scope: Scope | None) -> _Statement:
        slots = {name: Slot(name) for name in self._names}
        if scope is None:
            rows = self._build(**slots)
        else:
            with planning_scope(_with_slots(scope)):
                rows = self._build(**slots)
        name = f"{self._build.__module__}_{self._build.__name__}_{kind}".replace(".", "_")
        return _compile(name, rows)


def prepared(build: Callable[P, models.QuerySet[Row]]) -> Prepared[P, Row]:
    """Turn a function that returns a queryset into one that returns its rows, built once.

    The queryset must be the same whatever the arguments are: each is a value in it, and None equals
    nothing. It has no `prefetch_related`, and no `.only()`.
    """
    return Prepared(build)


def _as_value(given: Any) -> Any:
    # Django would ask whether a column is null.
    return models.Value(None) if given is None else given


def _kind_of(scope: Scope | None) -> str:
    """Name what makes the SQL, and PostgreSQL's plan under row policies, another one."""
    if scope is None:
        return "outside"
    owner = "customer" if scope.customer_id is not None else "provider"
    return f"{scope.role.value}_{owner if scope.provider_id is not None else 'all'}"


def _with_slots(scope: Scope) -> Scope:
    provider: Any = None if scope.provider_id is None else Slot(PROVIDER)
    customer: Any = None if scope.customer_id is None else Slot(CUSTOMER)
    return replace(scope, provider_id=provider, customer_id=customer)


def _compile(name: str, rows: models.QuerySet[Any]) -> _Statement:
    compiler = rows.query.get_compiler(using=connection.alias)
    sql, parameters = compiler.as_sql()
    info = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    places = tuple(f"${number}" for number in range(1, len(parameters) + 1))
    return _Statement(
        name=name[-63:],
        sql=sql % places,
        parameters=tuple(parameters),
        model=info["model"],
        columns=[column[0].target.attname for column in compiler.select[start:end]],
        start=start,
        end=end,
        converters=compiler.get_converters([one[0] for one in compiler.select]),
        populators=get_related_populators(info, compiler.select, connection.alias),  # type: ignore[call-arg]
        annotations=compiler.annotation_col_map or {},
        compiler=compiler,
    )
