"""Rights inside the database: group roles that say what somebody may do with the books.

Each role is a group without a login, named after the database; people get roles of their own, and
these are made members. What a person may not do the server refuses, whatever program is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from compliance.storage.base import Store

READ, RECORD, APPROVE, IDENTITIES, ADMINISTER = "read", "record", "approve", "identities", "administer"
ROLES = (READ, RECORD, APPROVE, IDENTITIES, ADMINISTER)
_APPROVED = ("filing", "freeze", "decision", "approval", "signer")
"""What only an approver writes: what was filed, which period is closed, what was decided and approved, whose keys count."""
_APPROVER_WRITES = ("event", "document", *_APPROVED)
_BLIND = ("line_text", "blob", "blob_part", "rule", "analytic", "identity", "secret")
"""What a recorder puts into the vault without being able to read it back, and"""
_OPEN = ("secret", "rule", "analytic")
"""what he reads there: keys of statement lines, and what he taught the program."""


def statements(database: str, ledger: Store, vault: Store) -> list[str]:
    """SQL that makes the roles and gives them their rights; may be run again, for new tables too."""
    name = {role: quoted(f"{database}_{role}") for role in ROLES}
    books = list(ledger.metadata.tables)
    recorded = [table for table in books if table not in _APPROVED]
    made = [_make(f"{database}_{role}") for role in ROLES]
    return [
        *made,
        f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {quoted(database)} TO {', '.join(name.values())}",
        *(f"GRANT {name[READ]} TO {name[role]}" for role in ROLES[1:]),
        # Into the vault's schema too: who may read nothing there is told so, not that it is not there.
        f"GRANT USAGE ON SCHEMA ledger, vault TO {name[READ]}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO {name[READ]}",
        f"GRANT INSERT ON {_tables('ledger', recorded)} TO {name[RECORD]}",
        f"GRANT INSERT ON {_tables('vault', _BLIND)} TO {name[RECORD]}",
        f"GRANT SELECT ON {_tables('vault', _OPEN)} TO {name[RECORD]}",
        f"GRANT UPDATE, DELETE ON {_tables('vault', ('rule', 'analytic'))} TO {name[RECORD]}",
        f"GRANT UPDATE ON vault.identity TO {name[RECORD]}",
        f"GRANT INSERT ON {_tables('ledger', _APPROVER_WRITES)} TO {name[APPROVE]}",
        f"GRANT INSERT ON vault.blob TO {name[APPROVE]}",
        f"GRANT SELECT, INSERT, UPDATE ON vault.secret TO {name[APPROVE]}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA vault TO {name[IDENTITIES]}",
        f"GRANT {name[ADMINISTER]} TO CURRENT_USER",
        *_owned(ledger, name[ADMINISTER]),
        *_owned(vault, name[ADMINISTER]),
    ]


def _make(role: str) -> str:
    text = role.replace("'", "''")
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{text}') "
        f"THEN CREATE ROLE {quoted(role)} NOLOGIN; END IF; END $$"
    )


def _tables(schema: str, names: Sequence[str]) -> str:
    return ", ".join(f'{schema}."{table}"' for table in sorted(names))


def _owned(store: Store, owner: str) -> list[str]:
    """Everything of a store belongs to its administrators, so that each of them can upgrade it."""
    return [
        f"GRANT CREATE, USAGE ON SCHEMA {store.name} TO {owner}",
        *(
            f"ALTER TABLE {_tables(store.name, [table])} OWNER TO {owner}"
            for table in sorted(store.metadata.tables)
        ),
        *(
            f"ALTER FUNCTION {store.name}.{function}() OWNER TO {owner}"
            for function in store.guards.functions
        ),
        f"ALTER SCHEMA {store.name} OWNER TO {owner}",
    ]


def quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def database_of(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_database()").scalar_one())


def apply(connection: Connection, ledger: Store, vault: Store) -> list[str]:
    """Run the statements on an open connection; the names of the roles."""
    database = database_of(connection)
    for statement in statements(database, ledger, vault):
        connection.exec_driver_sql(statement)
    return [f"{database}_{role}" for role in ROLES]
