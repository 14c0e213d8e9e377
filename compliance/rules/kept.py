"""A rule pack as one file of bytes, to be kept with what was filed under it, and back.

The bytes are the same for the same pack everywhere: a zip of its files in order, all of one day.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from compliance import files
from compliance.errors import BooksDamaged
from compliance.i18n import _
from compliance.rules.loader import Pack, load_pack
from compliance.rules.pack import FILES

_CAP = 8 * files.MiB
_DAY = (1980, 1, 1, 0, 0, 0)


def pack_bytes(pack: Pack) -> bytes:
    """Every file that makes the pack's digest."""
    names = [name for name in (*FILES, "examples.yaml") if (pack.folder / name).is_file()]
    names += sorted(f"forms/{path.name}" for path in (pack.folder / "forms").glob("*.yaml"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(f"{pack.id}/{name}", _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files.read_input(pack.folder / name, cap=files.MiB))
    return made.getvalue()


def kept_pack(data: bytes, regime: str, digest: str) -> Pack:
    """The pack that `pack_bytes` gave; ``BooksDamaged`` when it is not the one of ``digest``."""
    with tempfile.TemporaryDirectory(prefix="law-") as folder:
        try:
            _unpack(data, Path(folder), regime)
        except (zipfile.BadZipFile, ValueError, OSError, KeyError):
            raise _damaged(regime) from None
        pack = load_pack(Path(folder) / regime, cache=None)
    if pack.digest != digest:
        raise _damaged(regime)
    return pack


def _unpack(data: bytes, folder: Path, regime: str) -> None:
    allowed = {f"{regime}/{name}" for name in (*FILES, "examples.yaml")}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _CAP:
            raise ValueError
        for item in archive.infolist():
            form = Path(item.filename).parent == Path(regime, "forms") and item.filename.endswith(".yaml")
            if item.filename not in allowed and not form:
                raise ValueError
            target = folder / item.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(item))


def _damaged(regime: str) -> BooksDamaged:
    return BooksDamaged(
        _("the rules “{regime}” kept with this filing are not those it was filed with").format(regime=regime),
        remedy=_("Stop, keep this file as it is, and go to the last backup: compliance restore FILE"),
    )
