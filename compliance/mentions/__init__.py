"""Names of listed persons and bodies in a text, before it is published: official lists as files, matched offline.

``listed`` keeps the lists, ``names`` finds the names. What it finds is a warning, what it does not find no proof.
"""
