"""A row of a table is a plain keyword-only dataclass; its table follows from its fields.

    class Fund(Fact, table="fund"):
        title: str
        restricted: bool
        note: str | None = None

``str`` and ``int`` are stored as they are, a day and an instant as text that sorts right, ``bool`` as
0 or 1 (STRICT tables know no booleans). This is the whole mapping: SQLAlchemy's own object mapper
costs more to import than a page of this program may take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self, dataclass_transform

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from compliance.ledger.stored import stored_day, stored_moment
from compliance.storage.base import IN_FILES

METADATA = MetaData()
RESERVED = frozenset({"freeze"})
"""Our tables whose names are words of PostgreSQL's language."""


def moment_text(value: datetime) -> str:
    """An instant in UTC as ``YYYY-MM-DDTHH:MM:SSZ``; naive instants are our bug."""
    assert value.tzinfo is not None
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def name_in_sql(table: Table) -> str:
    """A table's name in a statement, as both engines read it."""
    return f'"{table.name}"' if table.name in RESERVED else table.name


_Convert = Callable[[Any], Any] | None
# By the words of the annotation: column type, value to stored, stored to value (None: as it is).
_KINDS: dict[str, tuple[type[Text] | type[Integer], _Convert, _Convert]] = {
    "str": (Text, None, None),
    "int": (Integer, None, None),
    "bool": (Integer, int, bool),
    "date": (Text, date.isoformat, stored_day),
    "datetime": (Text, moment_text, stored_moment),
}
_OPTIONAL = " | None"


def column(
    *,
    default: Any = ...,
    references: str = "",
    deferred: bool = False,
    guarded: bool = False,
    **options: Any,
) -> Any:
    """A field with more to say about its column: ``primary_key``, ``unique``, ``index``, a foreign key.

    ``guarded``: a server's guards see that the reference holds, for all rows of a statement at once; there
    it is no key of its own, which would look at each row.
    """
    keys = [(references, deferred)] if references else []
    metadata = {"options": options, "references": keys, "guarded": guarded}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


@dataclass_transform(kw_only_default=True, field_specifiers=(column,))
class Row:
    """Base of everything stored; a subclass that names its ``table`` gets one."""

    table: ClassVar[Table]
    _encoders: ClassVar[list[_Convert]]
    _decoders: ClassVar[list[tuple[int, Callable[[Any], Any]]]]
    _names: ClassVar[list[str]]

    def __init_subclass__(cls, *, table: str = "") -> None:
        dataclass(kw_only=True)(cls)
        if not table:
            return
        columns, kinds = [], []
        for item in fields(cls):  # type: ignore[arg-type]
            text = str(item.type)
            kind = _KINDS[text.removesuffix(_OPTIONAL)]
            kinds.append(kind)
            columns.append(_column(item.name, kind[0], text.endswith(_OPTIONAL), item.metadata))
        cls.table = Table(table, METADATA, *columns, sqlite_strict=True)
        guarded = {item.name for item in fields(cls) if item.metadata.get("guarded")}  # type: ignore[arg-type]
        for key in cls.table.foreign_key_constraints:
            if guarded.issuperset(key.column_keys):
                key.ddl_if(dialect="sqlite")
                key.info[IN_FILES] = True
        cls._names = [made.name for made in columns]
        cls._encoders = [kind[1] for kind in kinds]
        cls._decoders = [(at, kind[2]) for at, kind in enumerate(kinds) if kind[2] is not None]

    def stored(self) -> tuple[Any, ...]:
        """The values in column order, as the database keeps them."""
        given = self.__dict__
        return tuple(
            [
                given[name] if encode is None or given[name] is None else encode(given[name])
                for name, encode in zip(self._names, self._encoders, strict=True)
            ]
        )

    @classmethod
    def loaded(cls, values: Iterable[Any]) -> Self:
        """The row that ``stored`` values stand for; ``BooksDamaged`` for values we never write."""
        kept = list(values)
        for at, decode in cls._decoders:
            if kept[at] is not None:
                kept[at] = decode(kept[at])
        return cls(**dict(zip(cls._names, kept, strict=True)))

    @classmethod
    def selected(cls) -> str:
        """``SELECT`` of all columns in order, up to where tests may follow."""
        return f"SELECT {', '.join(cls._names)} FROM {name_in_sql(cls.table)}"


def _column(name: str, kind: type[Text] | type[Integer], optional: bool, metadata: Any) -> Column[Any]:
    keys: Sequence[tuple[str, bool]] = metadata.get("references", ())
    references = [
        ForeignKey(target, deferrable=True, initially="DEFERRED") if deferred else ForeignKey(target)
        for target, deferred in keys
    ]
    options = dict(metadata.get("options", {}))
    return Column(name, kind, *references, nullable=optional, autoincrement=False, **options)
