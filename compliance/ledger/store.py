"""The ledger file as ``storage`` opens it."""

from __future__ import annotations

from compliance.ledger.models import SCHEMA_VERSION, Base
from compliance.ledger.triggers import TRIGGERS
from compliance.storage import Store

LEDGER = Store("ledger", SCHEMA_VERSION, Base.metadata, TRIGGERS, "compliance.ledger.migrations")
