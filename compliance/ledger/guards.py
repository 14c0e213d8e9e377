"""The same rules as ``triggers``, for PostgreSQL: functions in PL/pgSQL and the triggers that call them.

They look at all rows of a statement at once (a transition table), so that a large import pays for
them once and not a row. Every name is written with its schema and the search path is fixed: no
temporary table or operator of the session can stand in for ours. Whoever inserts holds the lock of
the one writer, whatever program it is. The texts of triggers are those of ``pg_get_triggerdef``.
"""

from __future__ import annotations

from compliance.ledger.models import FACTS, MOVEMENTS, Event
from compliance.ledger.rows import name_in_sql
from compliance.storage.base import Guards

_TABLES = {
    table.name: name_in_sql(table)
    for table in (Event.table, *(model.table for model in (*FACTS, *MOVEMENTS)))
}
_LOCK = "  PERFORM pg_catalog.pg_advisory_xact_lock(1129270608);"


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {message};"


_APPEND_ONLY = f"""
BEGIN
  {_refuse("'append_only: ' || TG_TABLE_NAME")}
END"""

_SEALED = f"""
BEGIN
{_LOCK}
  IF EXISTS (SELECT 1 FROM added WHERE seq <= (SELECT coalesce(max(seq), 0) FROM ledger.event)) THEN
    {_refuse("'sealed: ' || TG_TABLE_NAME")}
  END IF;
  RETURN NULL;
END"""

_HOME = f"""
BEGIN
  IF EXISTS (SELECT 1 FROM added LEFT JOIN ledger.txn ON txn.id = added.txn
             WHERE txn.seq IS DISTINCT FROM added.seq) THEN
    {_refuse("'headless: posting'")}
  END IF;
  RETURN NULL;
END"""

_EVENT = f"""
BEGIN
{_LOCK}
  IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger.event) THEN
    {_refuse("'chain: seq'")}
  END IF;
  IF NEW.prev <> coalesce((SELECT hash FROM ledger.event WHERE seq = NEW.seq - 1), '') THEN
    {_refuse("'chain: prev'")}
  END IF;
  IF EXISTS (SELECT 1 FROM ledger.posting WHERE seq = NEW.seq
             GROUP BY txn, fund, currency HAVING sum(amount_minor) <> 0) THEN
    {_refuse("'unbalanced'")}
  END IF;
  IF EXISTS (SELECT 1 FROM ledger.txn WHERE seq = NEW.seq
             AND NOT EXISTS (SELECT 1 FROM ledger.posting WHERE posting.txn = txn.id)) THEN
    {_refuse("'empty transaction'")}
  END IF;
  RETURN NEW;
END"""


def _frozen(kind: str, day: str) -> str:
    return f"""
BEGIN
  IF EXISTS (SELECT 1 FROM added JOIN ledger."freeze" AS closed ON closed.kind = '{kind}'
             AND added.{day} BETWEEN closed.start_on AND closed.last_on
             AND added.amends_filing IS DISTINCT FROM closed.filing
             WHERE NOT EXISTS (SELECT 1 FROM ledger."freeze" AS later
                               WHERE later.entity = closed.entity AND later.version > closed.version)) THEN
    {_refuse(f"'frozen: {kind}'")}
  END IF;
  RETURN NULL;
END"""


def _on_insert(name: str, table: str, function: str) -> tuple[str, str]:
    return name, (
        f"CREATE TRIGGER {name} AFTER INSERT ON ledger.{_TABLES[table]} "
        f"REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.{function}()"
    )


def _no_change(table: str) -> tuple[str, str]:
    name = f"{table}_append_only"
    return name, (
        f"CREATE TRIGGER {name} BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.{_TABLES[table]} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger.append_only()"
    )


_CHAIN = (
    "event_chain",
    "CREATE TRIGGER event_chain BEFORE INSERT ON ledger.event "
    "FOR EACH ROW EXECUTE FUNCTION ledger.event_chain()",
)

GUARDS = Guards(
    {
        "append_only": _APPEND_ONLY,
        "sealed": _SEALED,
        "posting_home": _HOME,
        "event_chain": _EVENT,
        "txn_frozen": _frozen("money", "on_date"),
        "activity_frozen": _frozen("activity", "end_on"),
    },
    dict(
        (
            *(_no_change(table) for table in _TABLES),
            *(_on_insert(f"{table}_sealed", table, "sealed") for table in _TABLES if table != "event"),
            _on_insert("posting_home", "posting", "posting_home"),
            _CHAIN,
            _on_insert("txn_frozen", "txn", "txn_frozen"),
            _on_insert("activity_frozen", "activity", "activity_frozen"),
        )
    ),
)
