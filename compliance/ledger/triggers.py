"""The rules that no program can talk the ledger file out of, as SQLite triggers.

Order of a write: facts, lines, transactions, postings, and the event row *last* (their foreign keys
to it are deferred, so that none stays without one). The event's trigger refuses postings that hang on
another event's transaction and unbalanced groups, looking at one transaction at a time so that a large
event needs no large sort; the others refuse rows for an event that is already sealed. Message prefixes are what ``append`` recognises.
"""

from __future__ import annotations

from compliance.ledger.models import FACTS, MOVEMENTS, Event

_TABLES = [model.table.name for model in (*FACTS, *MOVEMENTS)]


def _append_only(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append_only: {table}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _sealed(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} "
        "WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) "
        f"BEGIN SELECT RAISE(ABORT, 'sealed: {table}'); END"
    )


_EVENT = """
CREATE TRIGGER event_chain BEFORE INSERT ON event
BEGIN
  SELECT RAISE(ABORT, 'chain: seq')
    WHERE NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event);
  SELECT RAISE(ABORT, 'chain: prev')
    WHERE NEW.prev <> coalesce((SELECT hash FROM event WHERE seq = NEW.seq - 1), '');
  SELECT RAISE(ABORT, 'headless: posting')
    WHERE EXISTS (SELECT 1 FROM posting LEFT JOIN txn ON txn.id = posting.txn
                  WHERE posting.seq = NEW.seq AND txn.seq IS NOT NEW.seq);
  SELECT RAISE(ABORT, 'unbalanced')
    WHERE EXISTS (SELECT 1 FROM txn WHERE seq = NEW.seq
                  AND EXISTS (SELECT 1 FROM posting WHERE posting.txn = txn.id
                              GROUP BY fund, currency HAVING sum(amount_minor) <> 0));
  SELECT RAISE(ABORT, 'empty transaction')
    WHERE EXISTS (SELECT 1 FROM txn WHERE seq = NEW.seq
                  AND NOT EXISTS (SELECT 1 FROM posting WHERE posting.txn = txn.id));
END"""


def _frozen(table: str, kind: str, day: str) -> str:
    return f"""
CREATE TRIGGER {table}_frozen BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM freeze WHERE kind = '{kind}' AND NEW.{day} BETWEEN start_on AND last_on
             AND NEW.amends_filing IS NOT filing
             AND NOT EXISTS (SELECT 1 FROM freeze AS later
                             WHERE later.entity = freeze.entity AND later.version > freeze.version))
BEGIN SELECT RAISE(ABORT, 'frozen: {kind}'); END"""


TRIGGERS: tuple[str, ...] = (
    *(trigger for table in [*_TABLES, Event.table.name] for trigger in _append_only(table)),
    *(_sealed(table) for table in _TABLES),
    _EVENT,
    _frozen("txn", "money", "on_date"),
    _frozen("activity", "activity", "end_on"),
)
