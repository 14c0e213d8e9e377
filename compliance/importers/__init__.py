"""Bank statements: bytes -> `Statement`, pure, without a database. One module a format.

The door is ``reading.read_statements``; ``model`` says what comes out, ``identity`` when two lines
are the same payment. A new format is one module here (or an entry point in the group
``compliance.importers``) with what ``model.Importer`` names, and statements that deviate from a plain one
in one thing each, in ``tests/statements``: the tests of all formats, the fuzz and the samples find both.
"""
