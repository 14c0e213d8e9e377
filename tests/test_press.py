"""The press packet: communications label, measure and register without the books; what they add comes back as a plan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pgserver import Cluster
from test_label_command import SCHEDULES, practising
from workbench import Bench, empty

from compliance import packed
from compliance.files import digest
from compliance.labels import audio
from tests.media.sounds import tone, written

PERSON = "Кукушкина Ульяна Тарасовна"
DONOR = "Stichting Voorbeeld Canary"
LISTED = "Воробьёва Нина Павловна"
SAID = audio.anonymous(written(tone(1.0), "mp3", "libmp3lame")).data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("press")
    bench = practising(folder / "books")
    with (bench.folder / "schedules.yaml").open("a", encoding="utf-8") as schedules:
        schedules.write("spoken: {2025-02-17: label.mp3, 2026-01-01: lost.wav}\n")
    (bench.folder / "label.mp3").write_bytes(b"ID3\x04\0\0\0\0\0\x11" + b"TPE1\0\0\0\x07\0\0\0Maker1" + SAID)
    (folder / "list.csv").write_text(f"Name\n{LISTED}\n", encoding="utf-8")
    bench.run(
        "mentions",
        "import",
        str(folder / "list.csv"),
        "--list",
        "agents",
        "--column",
        "Name",
        "--dated",
        "2026-01-09",
    )
    page = folder / f"{PERSON}.html"
    page.write_text("<h1>Saved</h1>", encoding="utf-8")
    for words in (
        ("person", "--id", "director", "--name", PERSON),
        ("source", "--id", "donor", "--kind", "foreign_organisation", "--name", DONOR, "--country", "NL"),
        ("material", "--id", "m1", "--title", "Встреча соседей", "--medium", "post", "--on", "2025-12-01"),
        ("placement", "m1", "--id", "p1", "--channel", "telegram", "--published-on", "2025-12-01",
         "--address", "https://t.me/example/7"),
        ("material", "--title", f"Говорит {PERSON}", "--medium", "article", "--on", "2025-12-02"),
        ("placement", "govorit-kukushkina-ulyana-tarasovna", "--channel", "site", "--published-on", "2025-12-02",
         "--approved-by", "director", "--proof", str(page)),
        ("material", "--id", "m8", "--title", "Обзор", "--medium", "post", "--on", "2025-12-03", "--on-behalf", PERSON),
        ("material", "--id", "m3", "--title", f"Спасибо {DONOR}!", "--medium", "post", "--on", "2025-12-03"),
    ):  # fmt: skip
        bench.run("record", *words)
    return bench


@pytest.fixture(scope="module")
def handed(made: Bench, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bench]:
    """The packet, and the workspace of communications made of it."""
    folder = tmp_path_factory.mktemp("handed")
    made.run("press", "make", str(folder / "press.zip"))
    made.run("press", "open", str(folder / "press.zip"), str(folder / "press"))
    return folder / "press.zip", Bench(folder / "press")


@pytest.fixture
def books(made: Bench, tmp_path: Path) -> Bench:
    return made.copy(tmp_path / "books")


@pytest.fixture
def press(handed: tuple[Path, Bench], tmp_path: Path) -> Bench:
    return handed[1].copy(tmp_path / "press")


def sent(press: Bench) -> str:
    path = press.folder.parent / f"back{len(list(press.folder.parent.glob('back*')))}.zip"
    press.run("press", "pack", str(path))
    return str(path)


def shown(bench: Bench, kind: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in bench.rows("list", kind)}


def without_versions(bench: Bench) -> dict[str, dict[str, Any]]:
    kept = shown(bench, "placements")
    return {
        key: {name: row[name] for name in row if name not in ("version", "event", "label_detail")}
        for key, row in kept.items()
    }


def test_to_and_fro(books: Bench, press: Bench, tmp_path: Path) -> None:
    post = tmp_path / "post.txt"
    post.write_text("Новость дня\n", encoding="utf-8")
    press.run("label", "apply", str(post), "--on", "2026-01-11")
    labelled = str(tmp_path / "post.labelled.txt")
    press.run("record", "material", "--id", "m4", "--title", "Новость дня", "--medium", "post", "--on", "2026-01-11",
              "--file", labelled)  # fmt: skip
    press.run(
        "record",
        "placement",
        "m4",
        "--channel",
        "telegram",
        "--published-on",
        "2026-01-11",
        "--file",
        labelled,
    )
    press.run("record", "placement", "--id", "p1", "--deleted-on", "2026-01-12")
    press.run("label", "confirm", "--rule", "ru.label.fa", "--act", "Приказ № 1", "--yes")
    back = sent(press)
    before = books.ledger.read_bytes()
    plan = books.call("press", "accept", back)
    assert (plan.code, plan.out.splitlines()[0]) == (2, "+3 ~1 -0")  # nobody to ask
    assert "~ placement p1  deleted_on: — → 2026-01-12" in plan.out
    assert books.ledger.read_bytes() == before
    said = books.run("press", "accept", back, "--yes")
    assert "recorded 4" in said.err
    placed = shown(books, "placements")
    assert (placed["p1"]["deleted_on"], placed["m4-telegram"]["label_verdict"]) == (
        "2026-01-12",
        "not_measurable",
    )
    assert [row["same"] for row in books.rows("label", "prove", labelled)] == ["file"]
    (label,) = [
        row for row in books.rows("label", "text", "--medium", "post") if row["rule"] == "ru.label.fa"
    ]
    assert label["text_confidence"] == "sourced"
    after = books.ledger.read_bytes()
    again = books.run("press", "accept", back, "--yes")
    assert again.out.splitlines() == ["+0 ~0 -0"]
    assert books.ledger.read_bytes() == after
    books.run("books", "audit")
    # A packet of the books as they are now has nothing that the workspace of communications lacks.
    books.run("press", "make", str(tmp_path / "next.zip"))
    books.run("press", "open", str(tmp_path / "next.zip"), str(tmp_path / "next"))
    assert without_versions(Bench(tmp_path / "next")) == without_versions(press)
    assert (
        "nothing was added" in Bench(tmp_path / "next").run("press", "pack", str(tmp_path / "none.zip")).err
    )
    assert not (tmp_path / "none.zip").exists()


def test_books_on_a_server_hand_out_and_accept(cluster: Cluster, tmp_path: Path) -> None:
    books = empty(tmp_path / "books", SCHEDULES, server=cluster.database())
    books.run("record", "material", "--id", "m1", "--title", "Один", "--medium", "post", "--on", "2025-12-01")
    books.run("press", "make", str(tmp_path / "press.zip"))
    books.run("press", "open", str(tmp_path / "press.zip"), str(tmp_path / "press"))
    press = Bench(tmp_path / "press")
    press.run("record", "placement", "m1", "--id", "p1", "--channel", "vk", "--published-on", "2025-12-01")
    press.run("record", "material", "--id", "m1", "--title", "Два")
    back = sent(press)
    assert books.run("press", "accept", back, "--yes").out.splitlines()[0] == "+1 ~1 -0"
    assert shown(books, "materials")["m1"]["title"] == "Два"
    assert books.run("press", "accept", back, "--yes").out.splitlines() == ["+0 ~0 -0"]
    books.run("books", "audit")


def test_what_both_changed_is_shown_and_decided_by_people(books: Bench, press: Bench) -> None:
    press.run("record", "placement", "--id", "p1", "--deleted-on", "2026-01-10", "--edited-on", "2025-12-20")
    back = sent(press)
    books.run("record", "placement", "--id", "p1", "--deleted-on", "2026-01-05")
    books.run("record", "placement", "--id", "p1", "--address", "https://t.me/example/8")
    plan = books.call("press", "accept", back, "--yes")
    assert plan.code == 1
    assert plan.out.splitlines() == [
        "+0 ~1 -0",
        "  ~ placement p1  edited_on: — → 2025-12-20",
        "  ! placement p1  deleted_on: the books 2026-01-05, the packet 2026-01-10",
    ]
    p1 = shown(books, "placements")["p1"]
    assert (p1["deleted_on"], p1["edited_on"]) == ("2026-01-05", "2025-12-20")
    rows = books.call("press", "accept", back, "--yes", "--format", "json")
    assert rows.code == 1
    assert [(row["act"], row["changes"]) for row in rows.rows] == [
        ("conflict", {"deleted_on": ["2026-01-05", "2026-01-10"]})
    ]
    books.run("press", "accept", back, "--yes", "--prefer", "press")
    p1 = shown(books, "placements")["p1"]
    assert (p1["deleted_on"], p1["address"]) == ("2026-01-10", "https://t.me/example/8")
    assert books.run("press", "accept", back, "--yes").out.splitlines() == ["+0 ~0 -0"]


def test_approver_and_proof_of_the_moment(books: Bench, press: Bench, tmp_path: Path) -> None:
    shot, act = tmp_path / "shot.png", tmp_path / "act.pdf"
    shot.write_bytes(b"a picture of the screen")
    act.write_bytes(b"500 copies")
    said = press.run(
        "record",
        "placement",
        "--id",
        "p1",
        "--approved-by",
        "editor",
        "--proof",
        str(shot),
        "--proof",
        str(act),
    )
    assert said.err.count("recorded 1: document") == 2
    assert "nothing new" in press.run("record", "placement", "--id", "p1", "--proof", str(shot)).err
    assert "names somebody" in press.fail(2, "record", "placement", "--id", "p1", "--approved-by", PERSON)
    back = sent(press)
    assert books.run("press", "accept", back, "--yes").out.splitlines()[0] == "+2 ~1 -0"
    assert books.run("press", "accept", back, "--yes").out.splitlines() == ["+0 ~0 -0"]
    shot_id, act_id = (f"p1-proof-{digest(path.read_bytes())[:7]}" for path in (shot, act))
    p1 = shown(books, "placements")["p1"]
    assert (p1["approved_by"], set(p1["proofs"])) == ("editor", {shot_id, act_id})
    *_earlier, row = books.rows("label", "prove", str(shot))  # the proof itself leads to what it proves
    assert (row["placement"], row["same"], row["approved_by"]) == ("p1", "proof", "editor")
    assert {item["digest"] for item in row["proofs"]} == {digest(path.read_bytes()) for path in (shot, act)}
    told = books.run("label", "prove", str(act)).out
    assert "editor" in told
    assert digest(act.read_bytes()) in told
    with books.vault() as vault:
        assert vault.blob(digest(act.read_bytes())) == b"500 copies"
    books.run("books", "audit")
    # A page saved under somebody's name keeps the name in the vault.
    (kept,) = [row for row in books.rows("list", "documents") if row["about"].endswith("-site")]
    assert (kept["title"], kept["kind"]) == ("a proof", "proof")
    assert [
        row["title"] for row in press.rows("list", "documents") if row["about"].startswith("hidden-")
    ] == ["a proof"]
    damaged = tmp_path / "damaged.zip"
    proof = f"proofs/{digest(act.read_bytes())}"
    damaged.write_bytes(changed(Path(back).read_bytes(), proof, lambda data: data + b"0"))
    assert "damaged" in books.fail(3, "press", "accept", str(damaged), "--yes")
    files = packed.unpack(Path(back).read_bytes())
    damaged.write_bytes(packed.pack({name: data for name, data in files.items() if name != proof}))
    assert "damaged" in books.fail(3, "press", "accept", str(damaged), "--yes")


def test_recordings_and_lists_are_carried(books: Bench, press: Bench, tmp_path: Path) -> None:
    (carried,) = (press.folder / "spoken").iterdir()
    assert (carried.name, carried.read_bytes()) == (
        "2025-02-17.mp3",
        SAID,
    )  # without the tag that names its maker
    assert "2025-02-17: spoken/2025-02-17.mp3" in (press.folder / "schedules.yaml").read_text(
        "utf-8"
    ).replace('"', "")
    assert "Not in it: 1 recording" in books.run("press", "make", str(tmp_path / "again.zip")).err
    post = tmp_path / "post.txt"
    post.write_text("Нам рассказала Нина Воробьёва.", encoding="utf-8")
    found = press.call("mentions", "check", str(post), "--format", "json")
    assert (found.code, [row["name"] for row in found.rows]) == (1, [LISTED])


def test_the_same_new_thing_on_both_sides(books: Bench, press: Bench) -> None:
    for bench, title in ((books, "Книги"), (press, "Пакет")):
        bench.run(
            "record", "material", "--id", "m5", "--title", title, "--medium", "post", "--on", "2026-01-11"
        )
        bench.run(
            "record", "material", "--id", "m6", "--title", "Оба", "--medium", "post", "--on", "2026-01-11"
        )
    plan = books.call("press", "accept", sent(press), "--yes")
    assert (plan.code, plan.out.splitlines()) == (
        1,
        ["+0 ~0 -0", "  ! material m5  title: the books Книги, the packet Пакет"],
    )


def test_people_and_donors_stay_inside(books: Bench, press: Bench, handed: tuple[Path, Bench]) -> None:
    everything = b"".join(packed.unpack(handed[0].read_bytes()).values()) + handed[0].read_bytes()
    for word in (*PERSON.split(), *DONOR.split(), "kukushkina", "ulyana", '"donor"'):
        assert word.encode() not in everything
    materials = shown(press, "materials")
    assert len(materials) == 4
    (hidden,) = [key for key in materials if key.startswith("hidden-")]
    assert materials[hidden]["title"] == "Говорит К•••••••• У••••• Т••••••••"
    assert materials["m3"]["title"].startswith("Спасибо S••••••••")
    assert shown(press, "placements")["p1"]["address"] == "https://t.me/example/7"
    (placed,) = [row for row in shown(press, "placements").values() if row["material"] == hidden]
    press.run("record", "placement", "--id", placed["id"], "--deleted-on", "2026-01-11")
    press.run("record", "placement", hidden, "--id", "p9", "--channel", "vk", "--published-on", "2026-01-11")
    press.run("record", "material", "--id", "m3", "--medium", "text")
    books.run("press", "accept", sent(press), "--yes")
    found, own = shown(books, "placements"), "govorit-kukushkina-ulyana-tarasovna"
    assert found[f"{own}-site"]["deleted_on"] == "2026-01-11"
    assert found["p9"]["material"] == own
    assert shown(books, "materials")["m3"]["title"] == f"Спасибо {DONOR}!"
    assert len(shown(books, "materials")) == 4


def test_channels_are_known_to_have_been_looked_at(books: Bench, press: Bench, tmp_path: Path) -> None:
    export = tmp_path / "result.json"
    body = {"name": "News", "type": "public_channel", "id": 77, "messages": [
        {"id": 1, "type": "message", "date": "2025-12-01T10:00:00", "text": "No label", "text_entities": []},
    ]}  # fmt: skip
    export.write_text(json.dumps(body), encoding="utf-8")
    press.run("channel", "register", str(export), "--yes")
    back = sent(press)
    books.run("press", "accept", back, "--yes")
    looked = {row["channel"]: row["looked_at"] for row in books.rows("list", "channels")}
    assert looked["telegram-77"] == "2026-01-12"
    assert books.run("press", "accept", back, "--yes").out.splitlines() == ["+0 ~0 -0"]


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A packet with one file changed and the digests made to fit."""
    files = packed.unpack(data)
    files[name] = change(files.get(name, b""))
    head = json.loads(files["press.json"])
    if "files" in head and name != "press.json":
        head["files"] = {key: digest(body) for key, body in files.items() if key != "press.json"}
        files["press.json"] = json.dumps(head).encode()
    return packed.pack(files)


def config(**more: Any) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps(json.loads(data) | more).encode()


def line(**row: Any) -> Callable[[bytes], bytes]:
    return lambda data: data + json.dumps(row).encode() + b"\n"


def law(data: bytes) -> bytes:
    return packed.pack({**packed.unpack(data), "ru/forms/../../x.yaml": b"a: b"})


POST = {"title": "T", "medium": "post", "created_on": "2026-01-01"}
HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "no zip": lambda data: b"PK no zip",
    "cut": lambda data: data[: len(data) // 2],
    "a file too many": lambda data: packed.pack({**packed.unpack(data), "run.py": b"import os"}),
    "a file changed": lambda data: packed.pack(
        {**packed.unpack(data), "schedules.yaml": packed.unpack(data)["schedules.yaml"] + b" "}
    ),
    "a way out of the folder": lambda data: packed.pack({**packed.unpack(data), "../x": b"x"}),
    "too large": lambda data: packed.pack({**packed.unpack(data), "zeros": bytes(65 * 1024 * 1024)}),
    "a server of theirs": lambda data: changed(data, "schedules.yaml", config(database="postgresql://example.org/x")),
    "rules from elsewhere": lambda data: changed(data, "schedules.yaml", config(packs="/etc")),
    "deep": lambda data: changed(data, "schedules.yaml", lambda _data: b"[" * 100_000),
    "rules with a file too many": lambda data: changed(data, "law/ru.rules.zip", law),
    "no line": lambda data: changed(data, "register.jsonl", lambda lines: lines + b"[]\n"),
    "a field too many": lambda data: changed(
        data, "register.jsonl", line(kind="material", id="x", fields={**POST, "version": "7"})
    ),
    "money": lambda data: changed(data, "register.jsonl", line(kind="posting", id="x", fields={"amount_minor": 1})),
    "another decision": lambda data: changed(
        data, "register.jsonl", line(kind="wording", id="expense.fixed_asset", fields={"because": "x"})
    ),
    "a control character": lambda data: changed(
        data, "register.jsonl", line(kind="material", id="x", fields={**POST, "title": "\x1b[2J"})
    ),
    "twice": lambda data: changed(data, "register.jsonl", line(kind="material", id="m1", fields=POST)),
    "a placement of nothing": lambda data: changed(
        data, "register.jsonl",
        line(kind="placement", id="x", fields={"material": "y", "channel": "vk", "published_on": "2026-01-01"}),
    ),
    "a proof of nothing": lambda data: changed(
        data, "register.jsonl",
        line(kind="proof", id="x", fields={"about": "y", "kind": "proof", "title": "T", "digest": "0" * 64}),
    ),
    "a list that is none": lambda data: changed(data, "lists/agents.json", lambda _data: b"{}"),
    "a recording that is none": lambda data: changed(data, "spoken/2025-02-17.mp3", lambda _data: b"#!/bin/sh"),
    "a recording too many": lambda data: changed(data, "spoken/2025-02-18.mp3", lambda _data: SAID),
    "a day that is none": lambda data: changed(
        data, "register.jsonl", line(kind="material", id="x", fields={**POST, "created_on": "spring"})
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_packets_make_no_workspace(handed: tuple[Path, Bench], tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(HOSTILE[name](handed[0].read_bytes()))
    said = Bench(tmp_path).fail(3, "press", "open", str(path), str(tmp_path / "made"))
    assert "bad.zip" in said
    assert "press make OUT" in said or "made again" in said
    assert sorted(item.name for item in tmp_path.iterdir()) == ["bad.zip"]


BACK: dict[str, dict[str, Any]] = {
    "another decision": {"kind": "wording", "id": "expense.fixed_asset", "base": None, "fields": {"because": "x"}},
    "a placement of nothing": {
        "kind": "placement", "id": "x", "base": None,
        "fields": {"material": "none", "channel": "vk", "published_on": "2026-01-01"},
    },
    "a verdict that is none": {
        "kind": "placement", "id": "x", "base": None,
        "fields": {"material": "m1", "channel": "vk", "published_on": "2026-01-01", "label_verdict": "perfect"},
    },
    "a change of what is not there": {"kind": "material", "id": "x", "base": "0" * 64, "fields": {"title": "T"}},
    "emptied": {"kind": "material", "id": "m1", "base": "0" * 64, "fields": {"title": None}},
    "emptied at birth": {"kind": "material", "id": "x", "base": None, "fields": {**POST, "title": None}},
}  # fmt: skip


@pytest.mark.parametrize("name", BACK)
def test_hostile_additions_change_nothing(books: Bench, press: Bench, tmp_path: Path, name: str) -> None:
    press.run(
        "record", "material", "--id", "m7", "--title", "Seven", "--medium", "post", "--on", "2026-01-11"
    )
    path = tmp_path / "bad.zip"
    path.write_bytes(changed(Path(sent(press)).read_bytes(), "additions.jsonl", line(**BACK[name])))
    before = books.ledger.read_bytes()
    assert "bad.zip" in books.fail(3, "press", "accept", str(path), "--yes")
    assert books.ledger.read_bytes() == before


def test_nothing_is_filed_from_a_packet(press: Bench) -> None:
    assert "file by" not in press.run().out
    assert "no money in it" in press.fail(1, "report", "money", "2025-Q4")
    assert press.rows("due") == []


def test_what_does_not_fit_together(
    books: Bench, press: Bench, tmp_path: Path, handed: tuple[Path, Bench]
) -> None:
    assert "press pack" in press.fail(2, "press", "make", str(tmp_path / "x.zip"))
    assert "press open" in books.fail(2, "press", "pack", str(tmp_path / "x.zip"))
    assert "already exists" in books.fail(3, "press", "open", str(handed[0]), str(press.folder))
    assert "not a packet that came back" in books.fail(3, "press", "accept", str(handed[0]), "--yes")
    press.run(
        "record", "material", "--id", "m7", "--title", "Seven", "--medium", "post", "--on", "2026-01-11"
    )
    assert "is not a press packet" in books.fail(3, "press", "open", sent(press), str(tmp_path / "y"))
    other = empty(tmp_path / "other")
    assert "of other books" in other.fail(3, "press", "accept", sent(press), "--yes")
    assert "asks for labels" in other.fail(1, "press", "make", str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()
    shutil.rmtree(other.folder)
