"""One step a schema version, run by ``storage.upgrade_store``.

A step only adds columns and tables: making a fact table anew could lose what it
holds. ``revision`` is the schema version as four digits.
"""
