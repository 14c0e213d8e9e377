"""Importing a statement against raw ``sqlite3``, side by side in one run: CPU seconds and peak memory.

    .venv/bin/python benchmarks/ingest.py [LINES ...] [--format csv|1c]

Each measurement is a process of its own (CPU and peak RSS from ``wait4``). The floor is
``sqlite3.executemany`` of the same lines as seven columns in one transaction. The import reads the
statement (CSV by declared columns, or 1C ClientBankExchange), proves it, de-duplicates, writes the vault (texts, sealed original) and the ledger (line,
transaction, two postings, chain, indexes, triggers). Its CPU is given with and without what starting
the program costs, which is measured as the import of an empty statement.

``--floor`` also writes the finished rows of an import once more into new books by bare ``executemany``, under
our own schema, indexes and guards, and counts the writing alone: what no import into these books can be below.

``--peers`` also reads the same lines, each as an entry of two postings, with ledger and hledger (where
installed) and beancount. PostgreSQL beside COPY is in `server.py`.

A correctness check rides along: the bank account equals the statement's closing balance.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
OWN = "40703810700000000042"
START = date(2025, 1, 1)
DAYS = 365
COLUMNS = ("Дата", "Номер", "Сумма", "Корреспондент", "ИНН", "Счёт", "Назначение")
PROFILE = {
    "header": ";".join(COLUMNS),
    "account": OWN,
    "currency": "RUB",
    "columns": {
        "date": "Дата",
        "ref": "Номер",
        "amount": "Сумма",
        "counterparty": "Корреспондент",
        "tax_id": "ИНН",
        "counterparty_account": "Счёт",
        "purpose": "Назначение",
    },
    "labels": {
        "start": "Начало периода",
        "end": "Конец периода",
        "opening": "Входящий остаток",
        "closing": "Исходящий остаток",
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu_s``: user and system; ``peak_mib``: largest resident set."""

    cpu_s: float
    peak_mib: float


def rows(count: int) -> list[tuple[str, str, str, str, str, str, str]]:
    """day, number, amount, name, tax number, account, purpose; by day, as banks write."""
    made = []
    for number in range(count):
        day = START + timedelta(days=number * DAYS // count)
        amount = f"{-1 if number % 3 else 1}".replace("1", str(100 + number % 900)) + f".{number % 100:02}"
        made.append((
            day.strftime("%d.%m.%Y"), str(number + 1), amount, f"ООО Пример-{number % 500:03}",
            f"00003{number % 100_000:05}", f"407028100000{number % 10_000_000:08}",
            f"Оплата по договору № {number % 700}/П{number % 10}, услуги, счёт {number}. НДС не облагается",
        ))  # fmt: skip
    return made


def write_statement(path: Path, made: list[tuple[str, ...]]) -> None:
    total = sum(int(row[2].replace(".", "")) for row in made)
    last = (START + timedelta(days=DAYS - 1)).strftime("%d.%m.%Y")
    opening = 10**12
    head = [
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", "ДатаНачала=01.01.2025",
        f"ДатаКонца={last}", f"РасчСчет={OWN}", "СекцияРасчСчет", "ДатаНачала=01.01.2025", f"ДатаКонца={last}",
        f"РасчСчет={OWN}", f"НачальныйОстаток={opening // 100}.00",
        f"КонечныйОстаток={(opening + total) // 100}.{(opening + total) % 100:02}", "КонецРасчСчет",
    ]  # fmt: skip
    with path.open("w", encoding="cp1251", newline="\r\n") as stream:
        stream.write("\n".join(head) + "\n")
        for day, number, amount, name, tax_id, account, purpose in made:
            out = amount.startswith("-")
            own, other = ("Плательщик", "Получатель") if out else ("Получатель", "Плательщик")
            stream.write(
                f"СекцияДокумент=Платежное поручение\nНомер={number}\nДата={day}\nСумма={amount.lstrip('-')}\n"
                f"{'ДатаСписано' if out else 'ДатаПоступило'}={day}\n{own}Счет={OWN}\n{other}Счет={account}\n"
                f"{other}ИНН={tax_id}\n{other}1={name}\n{other}БИК=040000901\nНазначениеПлатежа={purpose}\n"
                "КонецДокумента\n"
            )
        stream.write("КонецФайла\n")


def make_files(count: int, folder: Path) -> None:
    """The same lines as a CSV for the floor and as a statement for the import."""
    made = rows(count)
    with (folder / "lines.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(made)
    for stem, some in (("bank", made), ("empty", [])):
        write_statement(folder / f"{stem}.1c", some)
        write_csv(folder / f"{stem}.csv", some)


def make_books(folder: Path) -> None:
    sys.path.insert(0, str(HERE.parent / "tests"))
    from intakebooks import make

    make(folder, openings=False)
    config = json.loads((folder / "schedules.yaml").read_text("utf-8"))
    config["imports"]["profiles"]["bench"] = PROFILE
    (folder / "schedules.yaml").write_text(json.dumps(config, ensure_ascii=False), "utf-8")


def check(lines: str, books: Path) -> None:
    """The account in the books equals the sum of the lines."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from intakebooks import balance

    with Path(lines).open(encoding="utf-8", newline="") as stream:
        total = sum(int(row[2].replace(".", "")) for row in csv.reader(stream))
    assert balance(books, "a1") == total, "the books do not equal the bank"


def write_csv(path: Path, made: list[tuple[str, ...]]) -> None:
    """The same seven columns as a bank writes them, with the rows that carry days and balances."""
    total = sum(int(row[2].replace(".", "")) for row in made)
    opening = 10**12
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(("Начало периода", START.strftime("%d.%m.%Y")))
        writer.writerow(("Конец периода", (START + timedelta(days=DAYS - 1)).strftime("%d.%m.%Y")))
        writer.writerow(("Входящий остаток", f"{opening // 100}.00"))
        writer.writerow(("Исходящий остаток", f"{(opening + total) // 100}.{(opening + total) % 100:02}"))
        writer.writerow(COLUMNS)
        writer.writerows(made)


def raw(source: str, target: str) -> None:
    """The floor: seven columns from a CSV into SQLite, nothing checked."""
    connection = sqlite3.connect(target)
    connection.execute("CREATE TABLE line (day, number, amount, name, tax_id, account, purpose)")
    with Path(source).open(encoding="utf-8", newline="") as stream:
        connection.executemany("INSERT INTO line VALUES (?,?,?,?,?,?,?)", csv.reader(stream))
    connection.commit()
    connection.close()


ROWS_A_STATEMENT = 50
AT_ONCE = 2000


def schema_floor(finished: str, fresh: str) -> None:
    """Prints the CPU seconds that SQLite's driver takes to write what ``finished`` books hold into ``fresh`` ones.

    Reading the rows and laying them out for the driver is not counted.
    """
    from compliance.storage.sqlite import _SETTINGS

    read, write = ([sqlite3.connect(Path(folder) / name, isolation_level=None)
                    for name in ("vault.sqlite", "ledger.sqlite")] for folder in (finished, fresh))  # fmt: skip
    for connection in write:
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")
    since = write[1].execute("SELECT max(seq) FROM event").fetchone()
    sources = [
        (store, table, read[store].execute(f"SELECT * FROM {table}{where}", values))
        for store, table, where, values in [
            (0, "line_text", " ORDER BY rowid", ()),
            *((1, table, " WHERE seq > ? ORDER BY id", since) for table in ("line", "txn", "posting")),
        ]
    ]
    spent, more = 0.0, True
    while more:
        more = False
        for store, table, rows in sources:
            batch = rows.fetchmany(AT_ONCE * (2 if table == "posting" else 1))
            for size in (ROWS_A_STATEMENT, 1):
                whole, batch = batch[: len(batch) // size * size], batch[len(batch) // size * size :]
                if not whole:
                    continue
                more = True
                marks = ", ".join([f"({', '.join('?' * len(whole[0]))})"] * size)
                values = [
                    tuple(chain.from_iterable(whole[at : at + size])) for at in range(0, len(whole), size)
                ]
                begun = time.process_time()
                write[store].executemany(f"INSERT INTO {table} VALUES {marks}", values)
                spent += time.process_time() - begun
    event = read[1].execute("SELECT * FROM event WHERE seq > ?", since).fetchone()
    begun = time.process_time()
    write[1].execute(f"INSERT INTO event VALUES ({', '.join('?' * len(event))})", event)
    for connection in write:
        connection.execute("COMMIT")
    print(spent + time.process_time() - begun)


def write_journals(folder: Path) -> None:
    """The lines as journals of other programs: the least that such a program needs of each."""
    with (
        (folder / "lines.csv").open(encoding="utf-8", newline="") as lines,
        (folder / "lines.journal").open("w", encoding="utf-8") as plain,
        (folder / "lines.beancount").open("w", encoding="utf-8") as beans,
    ):
        for account in ("Assets:A1", "Assets:Suspense"):
            beans.write(f"2000-01-01 open {account}\n")
        for day, _number, amount, name, *_rest in csv.reader(lines):
            on, other = "-".join(reversed(day.split("."))), amount[1:] if amount[0] == "-" else f"-{amount}"
            plain.write(f"{on} {name}\n  assets:a1  {amount} RUB\n  assets:suspense  {other} RUB\n\n")
            beans.write(f'{on} * "{name}"\n  Assets:A1  {amount} RUB\n  Assets:Suspense  {other} RUB\n\n')


def program(*words: str) -> Cost:
    """Another program, measured as a whole process."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0, words
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ask_peers(folder: Path, ours: Cost) -> None:
    write_journals(folder)
    journal, beans = str(folder / "lines.journal"), str(folder / "lines.beancount")
    words = {
        "ledger": ("ledger", "-f", journal, "bal"),
        "hledger": ("hledger", "check", "-f", journal),
        "bean-check": (str(Path(sys.executable).parent / "bean-check"), "--no-cache", beans),
    }
    for name, command in words.items():
        if shutil.which(command[0]):
            cost = program(*command)
            print(
                f"   {name:10} {cost.cpu_s:8.2f} s {cost.peak_mib:8.0f} MiB   {cost.cpu_s / ours.cpu_s:5.2f} x ours"
            )


def run(*arguments: str) -> Cost:
    """One child process, measured; modules are compiled by the first."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=HERE.parent,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(count: int, kind: str, folder: Path, best_of: int) -> tuple[Cost, Cost, Cost]:
    """(raw, whole import, import of an empty statement): the least CPU of several runs each."""
    folder.mkdir()
    # A process of its own: a child's peak begins with what its parent holds when it is made.
    run(str(Path(__file__)), "--make", str(count), str(folder))
    found: list[list[Cost]] = [[], [], []]
    for attempt in range(best_of):
        database = str(folder / f"raw{attempt}.sqlite")
        found[0].append(run(str(Path(__file__)), "--raw", str(folder / "lines.csv"), database))
        for at, name in ((1, f"bank.{kind}"), (2, f"empty.{kind}")):
            books = folder / f"{name}-{attempt}"
            run(str(Path(__file__)), "--books", str(books))
            command = ["-m", "compliance.cli", "-C", str(books), "import", "--yes", str(folder / name)]
            found[at].append(run(*command))
            if at == 1:
                run(str(Path(__file__)), "--check", str(folder / "lines.csv"), str(books))
    least = [min(costs, key=lambda cost: cost.cpu_s) for costs in found]
    return least[0], least[1], least[2]


def measure_schema(folder: Path, finished: str) -> float:
    """CPU seconds of writing the rows of ``finished`` books bare."""
    fresh = folder / f"fresh-{finished}"
    run(str(Path(__file__)), "--books", str(fresh))
    words = [sys.executable, str(Path(__file__)), "--rows", str(folder / finished), str(fresh)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    return float(subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--format", choices=["csv", "1c"], action="append", dest="formats")
    parser.add_argument("--best-of", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--floor", action="store_true", help="our schema's own cost")
    parser.add_argument("--rows", nargs=2, metavar=("FINISHED", "FRESH"), help=argparse.SUPPRESS)
    parser.add_argument("--raw", nargs=2, metavar=("CSV", "DB"), help=argparse.SUPPRESS)
    for step, names in (("make", "N FOLDER"), ("books", "FOLDER"), ("check", "CSV FOLDER")):
        parser.add_argument(f"--{step}", nargs=len(names.split()), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.raw:
        raw(*given.raw)
    elif given.rows:
        schema_floor(*given.rows)
    elif given.make:
        make_files(int(given.make[0]), Path(given.make[1]))
    elif given.books:
        make_books(Path(given.books[0]))
    elif given.check:
        check(given.check[0], Path(given.check[1]))
    else:
        compare(given.lines, given.formats or ["csv", "1c"], given.best_of, given.peers, given.floor)


def compare(lines: list[int], formats: list[str], best_of: int, peers: bool, floor: bool) -> None:
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}; least CPU of {best_of} runs")
    print("format   lines   raw s  import s  start s  ratio  ratio without start  raw MiB  import MiB")
    with tempfile.TemporaryDirectory(prefix="ingest-") as scratch:
        for kind in formats:
            for count in lines:
                least, whole, start = measure(count, kind, Path(scratch) / f"{kind}{count}", best_of)
                print(
                    f"{kind:6} {count:7} {least.cpu_s:7.3f} {whole.cpu_s:9.3f} {start.cpu_s:8.3f} "
                    f"{whole.cpu_s / least.cpu_s:6.1f} {(whole.cpu_s - start.cpu_s) / least.cpu_s:20.1f} "
                    f"{least.peak_mib:8.1f} {whole.peak_mib:11.1f}",
                    flush=True,
                )
                folder = Path(scratch) / f"{kind}{count}"
                if floor:
                    seconds = min(measure_schema(folder, f"bank.{kind}-{run}") for run in range(best_of))
                    print(
                        f"   the finished rows, written bare {seconds:8.3f} s {seconds / least.cpu_s:5.1f} x raw"
                    )
                if peers and kind == formats[0]:
                    ask_peers(folder, whole)


if __name__ == "__main__":
    main()
