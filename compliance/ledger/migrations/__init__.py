"""One step a schema version, run by ``storage.upgrade_store``.

A step only adds columns and tables: making a fact table anew would lose its rows' hashes and its
guards. ``revision`` is the schema version as four digits.
"""
