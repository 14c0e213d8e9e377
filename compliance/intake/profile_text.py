"""A profile as it stands in schedules.yaml: written, put in and taken out, every other line as it was."""

from __future__ import annotations

import json
import re
from typing import Any

from compliance.errors import InputError
from compliance.i18n import _


def as_yaml(name: str, profile: dict[str, Any], indent: str = "    ") -> str:
    """The block as it stands under ``imports: profiles:``; texts quoted, so that nothing in them is YAML."""

    def quoted(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = [f"{indent}{quoted(name)}:"]
    for key, value in profile.items():
        if isinstance(value, dict):
            lines.append(f"{indent}  {key}:")
            lines += [f"{indent}    {inner}: {quoted(text)}" for inner, text in value.items()]
        else:
            lines.append(f"{indent}  {key}: {quoted(value)}")
    return "\n".join(lines) + "\n"


def pasted(name: str, profile: dict[str, Any]) -> str:
    """The block as a person pastes it into a file that has no ``imports:`` yet."""
    return "imports:\n  profiles:\n" + as_yaml(name, profile)


def without(text: str, name: str, place: str) -> tuple[str, str]:
    """schedules.yaml without the profile, and the lines that it had. ``InputError`` where that cannot be done safely."""
    lines = text.splitlines(keepends=True)
    top = next((at for at, line in enumerate(lines) if re.match(r" +profiles:\s*(#.*)?$", line)), len(lines))
    key = re.compile(
        rf"( +)(?:{re.escape(name)}|'{re.escape(name)}'|{re.escape(json.dumps(name, ensure_ascii=False))}):\s*(#.*)?$"
    )
    for first in range(top + 1, len(lines)):
        if not (match := key.match(lines[first])):
            continue
        deeper = re.compile(rf"{match[1]} |\s*$")
        last = next((at for at in range(first + 1, len(lines)) if not deeper.match(lines[at])), len(lines))
        while not lines[last - 1].strip():
            last -= 1
        return "".join([*lines[:first], *lines[last:]]), "".join(lines[first:last])
    raise _by_hand(place)


def inserted(text: str, name: str, profile: dict[str, Any], place: str) -> str:
    """schedules.yaml with the profile added and every other line as it was. ``InputError`` where that cannot be done safely."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    top = next((at for at, line in enumerate(lines) if re.match(r"imports:\s*(#.*)?$", line)), None)
    if top is None:
        if re.search(r"(?m)^imports\s*:", text):
            raise _by_hand(place)
        return "".join(lines) + "\n" + pasted(name, profile)
    for at in range(top + 1, len(lines)):
        if re.match(r"\S", lines[at]) and not lines[at].startswith("#"):
            break
        if match := re.match(r"( +)profiles:\s*(#.*)?$", lines[at]):
            return "".join([*lines[: at + 1], as_yaml(name, profile, match[1] + "  "), *lines[at + 1 :]])
        if re.match(r" +profiles:", lines[at]):
            raise _by_hand(place)
    return "".join([*lines[: top + 1], "  profiles:\n", as_yaml(name, profile), *lines[top + 1 :]])


def _by_hand(place: str) -> InputError:
    return InputError(
        _("the profile cannot be added without changing what stands there"),
        place=place,
        remedy=_("Paste it yourself, under imports: profiles:."),
    )
