"""Bank statements: bytes -> `Statement`, pure, without a database. One module a format.

The door is ``reading.read_statements``; ``model`` says what comes out, ``identity`` when two lines
are the same payment. A new format is one module here (or an entry point in the group
``compliance.importers``) with ``NAME``, ``identify`` and ``read``, and a statement with its test.
"""
