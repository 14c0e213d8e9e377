"""Files that people write by hand: YAML 1.2 read strictly, every mistake told as FILE:LINE.

Built on the *events* of ruamel.yaml's pure parser, so that every value keeps its line and every
plain scalar stays text: ``NO``, ``12:30`` and ``0123`` mean what they say, and the model decides the
type. What makes YAML surprising or dangerous is refused: duplicate keys, anchors, aliases, tags,
merges, several documents, keys that are not text, empty values (``null`` is written), control
characters, and anything too large or too deep. Messages never echo a value.

`load` keeps the parsed tree beside the workspace as JSON, keyed by the file's digest: a warm run
parses no YAML and does not import ruamel. The model validates in both cases.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from compliance import files
from compliance.errors import ComplianceError
from compliance.yamlfile.models import Day, M, Misplaced, Problem, Strict, YesNo, refusal, validate
from compliance.yamlfile.nodes import MAX_BYTES, Json, Node, parse, plain

__all__ = [
    "Day", "Misplaced", "Node", "Problem", "Strict", "YesNo",
    "load", "load_bytes", "parse", "plain", "refusal", "validate",
]  # fmt: skip

_CACHE_FORMAT = 1


def load(model: type[M], path: Path, *, cache: Path | None = None) -> M:
    """The file at ``path`` as a ``model``, without parsing YAML when ``cache`` (a folder) has it already."""
    return load_bytes(model, files.read_input(path, cap=MAX_BYTES), path, cache=cache)


def load_bytes(model: type[M], data: bytes, path: Path, *, cache: Path | None = None) -> M:
    """As `load`, for a file that was read already."""
    kept = cache / f"{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:24]}.json" if cache else None
    key = f"{_CACHE_FORMAT}:{files.digest(data)}"
    if kept is not None and (tree := _cached(kept, key)) is not None:
        try:
            return model.model_validate(tree)
        except ValidationError:
            pass  # an older program wrote it, or it is damaged: the file itself decides
    node = parse(data, str(path))
    found = validate(model, node, str(path))
    if kept is not None:
        _keep(kept, key, plain(node))
    return found


def _cached(kept: Path, key: str) -> object | None:
    try:
        entry = json.loads(kept.read_bytes())
        return entry["tree"] if entry["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _keep(kept: Path, key: str, tree: Json) -> None:
    """A cache that cannot be written is no reason to stop."""
    text = json.dumps({"key": key, "tree": tree}, ensure_ascii=False, separators=(",", ":"))
    try:
        files.private_folder(kept.parent)
        files.write_whole(kept, text.encode(), overwrite=True)
    except (ComplianceError, OSError):
        return
