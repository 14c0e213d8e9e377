"""December's publications: 43 materials, 103 placements; which of them are wrong, and how."""

from __future__ import annotations

from datetime import date

from compliance.practice.model import Material, Placement

CHANNELS = ("telegram", "vk", "site")
BRANCH = "telegram-branch"
_TOPICS = (
    "О консультациях",
    "О семинаре",
    "О фестивале",
    "О волонтёрах",
    "О библиотеке двора",
    "О приёмной юриста",
)
_WRONG_POSTS = {
    4: "label_at_end",
    9: "wording_of_2020",
    14: "look_alike_letters",
    19: "branch_without_label",
    23: "names_another_listed_person",
}
"""Post number -> what is wrong with its last placement."""
_FORGED = {
    4: "post-end.txt",
    9: "post-2020.txt",
    14: "post-lookalike.txt",
    19: "post-branch.txt",
    23: "post-mention.txt",
}
_POSTERS = (
    ("Афиша встречи", "poster-right.pdf", None),
    ("Афиша читального вечера", "poster-small.pdf", "label_26_on_16"),
    ("Афиша семинара", "poster-white.pdf", "white_on_white"),
)
_ARTICLES = (
    ("Как мы провели осень", "article-right.md", None),
    ("Дом, где все здороваются", "article-image.html", None),
    ("Подписка на рассылку", "article-wrapped.md", None),
    ("Что умеет сосед-юрист", "article-right.html", None),
    ("Итоги фестиваля", "article-end.html", "label_at_end"),
)


def publications() -> tuple[tuple[Material, ...], tuple[Placement, ...]]:
    materials: list[Material] = []
    placements: list[Placement] = []
    for number in range(1, 31):
        # The last one was published before the organisation was listed: right without a label.
        day = date(2025, 12, number) if number < 30 else date(2025, 2, 10)
        key = f"post-{number:02}"
        file = _FORGED.get(number, "post-old.txt" if number == 30 else f"post-{number:02}.txt")
        materials.append(Material(key, f"{_TOPICS[number % 6]}, {number}", "post", day, file=file))
        for channel in CHANNELS:
            last = channel == CHANNELS[-1]
            wrong = _WRONG_POSTS.get(number) if last else None
            where = BRANCH if wrong == "branch_without_label" else channel
            address = f"https://{where}.example/{key}"
            placements.append(Placement(f"{key}-{where}", key, where, day, address, wrong))
    rows = [("article", *row) for row in _ARTICLES] + [("poster", *row) for row in _POSTERS]
    rows += [
        ("video", "Экскурсия по двору", None, "lasts_12_seconds"),
        ("video", "Поздравление соседей", None, None),
        ("podcast", "Разговор на лавочке", None, None),
        ("letter", "Письмо в городскую управу о лавочках", "letter-right.txt", None),
        ("letter", "Письмо в городскую управу о фонарях", "letter-without.txt", "letter_without_label"),
    ]
    for number, (kind, title, file_, wrong) in enumerate(rows, 1):
        key, day = f"{kind}-{number:02}", date(2025, 12, number + 8)
        materials.append(Material(key, title, kind, day, file=file_))
        channel = "letter" if kind == "letter" else "site"
        placements.append(
            Placement(f"{key}-{channel}", key, channel, day, f"https://{channel}.example/{key}", wrong)
        )
    return tuple(materials), tuple(placements)
