"""One door for built-in and third-party parts: a package scan plus an entry-point group.

A part is a module; its family (importers, labels, checks) states in a Protocol what the module
must offer. Adding a part is adding one file to the family's package, or installing a package that
declares an entry point in the group ``compliance.<family>``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType


def modules(package: str, *, without: tuple[str, ...] = ()) -> list[ModuleType]:
    """Every module of ``package`` by name (not ``_x``, not ``without``), then entry points."""
    parent = import_module(package)
    names = sorted(info.name for info in pkgutil.iter_modules(parent.__path__))
    found = [
        import_module(f"{package}.{name}")
        for name in names
        if name not in without and not name.startswith("_")
    ]
    for entry in sorted(entry_points(group=package), key=lambda item: item.name):
        part = entry.load()
        assert isinstance(part, ModuleType), f"entry point {entry.name} of {package} is not a module"
        found.append(part)
    return found
