"""A rule pack as one file of bytes, to be kept with what was filed under it, and back.

The bytes are the same for the same pack everywhere: a zip of its files in order, all of one day.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from compliance import files, packed
from compliance.errors import BooksDamaged
from compliance.i18n import _
from compliance.rules.loader import Pack, load_pack
from compliance.rules.pack import FILES

_CAP = 8 * files.MiB


def pack_bytes(pack: Pack) -> bytes:
    """Every file that makes the pack's digest."""
    names = [name for name in (*FILES, "examples.yaml") if (pack.folder / name).is_file()]
    names += sorted(f"forms/{path.name}" for path in (pack.folder / "forms").glob("*.yaml"))
    return packed.pack(
        {f"{pack.id}/{name}": files.read_input(pack.folder / name, cap=files.MiB) for name in names}
    )


def kept_pack(data: bytes, regime: str, digest: str) -> Pack:
    """The pack that `pack_bytes` gave; ``BooksDamaged`` when it is not the one of ``digest``."""
    with tempfile.TemporaryDirectory(prefix="law-") as folder:
        try:
            _unpack(data, Path(folder), regime)
        except (ValueError, OSError):
            raise _damaged(regime) from None
        pack = load_pack(Path(folder) / regime, cache=None)
    if pack.digest != digest:
        raise _damaged(regime)
    return pack


def _unpack(data: bytes, folder: Path, regime: str) -> None:
    allowed = {f"{regime}/{name}" for name in (*FILES, "examples.yaml")}
    for name, body in packed.unpack(data, cap=_CAP).items():
        if name not in allowed and not (
            Path(name).parent == Path(regime, "forms") and name.endswith(".yaml")
        ):
            raise ValueError
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


def _damaged(regime: str) -> BooksDamaged:
    return BooksDamaged(
        _("the rules “{regime}” kept with this filing are not those it was filed with").format(regime=regime),
        remedy=_("Stop, keep this file as it is, and go to the last backup: compliance restore FILE"),
    )
