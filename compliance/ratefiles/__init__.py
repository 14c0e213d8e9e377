"""Official rates from a central bank's file, offline: one module a source. Nothing here knows the books.

A module offers ``NAME`` (who publishes), ``identify(head)`` and ``read(data, place)``; a package may
add one through the entry point group ``compliance.ratefiles``.
"""
