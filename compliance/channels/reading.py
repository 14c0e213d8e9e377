"""From a file or folder to the one channel whose export it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from compliance import files, plugins
from compliance.channels import _tree
from compliance.channels.model import Channel, Export
from compliance.errors import InputError
from compliance.i18n import _

_PACKAGE = "compliance.channels"
_NO_CHANNELS = ("limits", "model", "reading")


@cache
def channels() -> tuple[Channel, ...]:
    """Ours, and those of installed packages (entry points ``compliance.channels``)."""
    return tuple(cast(Channel, module) for module in plugins.modules(_PACKAGE, without=_NO_CHANNELS))


def open_export(path: Path) -> Export:
    """``InputError`` where no channel, or more than one, makes out its export."""
    if not path.is_dir():
        files.open_input(path).close()
    found = [channel for channel in channels() if channel.recognises(path)]
    if len(found) == 1:
        return found[0].read(path)
    if found:
        raise InputError(
            _("this may be the export of several channels: {kinds}").format(
                kinds=", ".join(channel.kind() for channel in found)
            ),
            place=str(path),
            remedy=_("Send this file (without what is private in it) to the makers of the program."),
        )
    if _tree.is_zip(path):
        with _tree.Tree(path):  # where it is damaged, this says so
            pass
    raise InputError(
        _("this is no export that is known here"),
        place=str(path),
        why=_("Known are: {known}").format(known="; ".join(channel.kind() for channel in channels())),
        remedy=_("Single files and saved pages: compliance label verify FILE"),
    )
