"""The ledger as ``storage`` opens it."""

from __future__ import annotations

from compliance.ledger.guards import GUARDS
from compliance.ledger.models import SCHEMA_VERSION
from compliance.ledger.rows import METADATA
from compliance.ledger.triggers import TRIGGERS
from compliance.storage.base import Store

LEDGER = Store("ledger", SCHEMA_VERSION, METADATA, TRIGGERS, "compliance.ledger.migrations", GUARDS)
