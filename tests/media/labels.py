"""The label the tests use: the shape of a real one, an invented organisation."""

from __future__ import annotations

from compliance.labels.model import Label, Requirement

NAME = 'АНО «Центр соседских инициатив "Тридевятая слобода"»'
TEXT = (
    "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН, РАСПРОСТРАНЕН И (ИЛИ) НАПРАВЛЕН ИНОСТРАННЫМ АГЕНТОМ "
    f"{NAME} ЛИБО КАСАЕТСЯ ДЕЯТЕЛЬНОСТИ ИНОСТРАННОГО АГЕНТА {NAME}"
)
FORMER = (
    "Данное сообщение (материал) создано и (или) распространено иностранным средством массовой информации, "
    "выполняющим функции иностранного агента, и (или) российским юридическим лицом, выполняющим функции "
    "иностранного агента"
)
REQUIREMENTS = (
    Requirement("position", "under_heading", "rule p.1"),
    Requirement("font_ratio", 2, "rule p.2"),
    Requirement("contrast", "background", "rule p.3"),
    Requirement("overlay", "forbidden", "rule p.4"),
)


def label(text: str | None = TEXT, **changes: object) -> Label:
    """All four requirements; ``changes`` replace other fields."""
    fields: dict[str, object] = {"requirements": REQUIREMENTS, "language": "ru", "former": (FORMER,)}
    return Label("test.label", text, **(fields | changes))  # type: ignore[arg-type]


def not_met(verification: object) -> set[str]:
    """The kinds of criterion that are not met."""
    return {item.kind for item in verification.criteria if item.verdict == "not_met"}  # type: ignore[attr-defined]
