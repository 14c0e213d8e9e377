"""December on two Telegram channels, as Telegram Desktop exports them, and an invented list of names. The words of
the label are an argument, as in ``practice.publications``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from compliance.practice.publications import publications

LIST = "listed.csv"
HEADING = "Полное наименование / ФИО"
DATED = date(2026, 1, 10)
_LISTED = (
    "Небывалый-Примерный Пётр Сергеевич",
    "Выдуманова Илария Ильинична",
    "Автономная некоммерческая организация «Примерный маяк»",
)
_BRANCH = {2: "post-02.txt", 9: "post-09.txt", 19: "post-branch.txt", 24: "post-24.txt"}
"""Day of December -> what the branch posted; one without the label."""


def write_channels(folder: Path, label: str, label_2020: str) -> None:
    """``telegram/result.json``, ``telegram-branch/result.json`` and the list, in ``folder``."""
    from compliance.files import write_whole

    texts = {
        item.name: item.data.decode() for item in publications(label, label_2020) if item.medium == "post"
    }
    main = {day: texts[f"post-{day:02}.txt"] for day in range(1, 30)} | {23: texts["post-mention.txt"]}
    branch = {day: texts[name] for day, name in _BRANCH.items()}
    for name, number, title, posts in (
        ("telegram", 1_000_000_001, "Соседи (учебный канал)", main),
        ("telegram-branch", 1_000_000_002, "Соседи: филиал (учебный канал)", branch),
    ):
        path = folder / name / "result.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _export(number, title, posts))
    rows = [f"№;{HEADING};Дата", *(f"{at};{name};01.12.2025" for at, name in enumerate(_LISTED, 1))]
    write_whole(folder / LIST, ("\n".join(rows) + "\n").encode())


def _export(number: int, title: str, posts: Mapping[int, str]) -> bytes:
    messages = [
        {
            "id": at, "type": "message", "date": f"2025-12-{day:02}T10:00:00", "date_unixtime": str(1_764_540_000 + 86_400 * day),
            "from": title, "from_id": f"channel{number}", "text": text, "text_entities": [{"type": "plain", "text": text}],
        }
        for at, (day, text) in enumerate(sorted(posts.items()), 1)
    ]  # fmt: skip
    body = {"name": title, "type": "public_channel", "id": number, "messages": messages}
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
