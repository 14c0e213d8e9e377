"""The text of a 1C ClientBankExchange file: its encoding, and its records.

Format 1.01 to 1.03 as published by 1C (v8.1c.ru, "Стандарт обмена с системами Клиент банка"): a
first line, ``Key=Value`` lines of the header, sections ``СекцияРасчСчет`` (balances of an account)
and ``СекцияДокумент`` (a payment), ``КонецФайла``. What banks do to it is met here: another
encoding than claimed, purposes over several lines, end marks left out, documents inside the account
section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from compliance.errors import InputError
from compliance.i18n import _
from compliance.importers.accounts import bare
from compliance.importers.source import MAX_LINE, Source

MAGIC = "1CClientBankExchange"
_BOM = b"\xef\xbb\xbf"
ENCODINGS = {"windows-1251": "Windows", "cp866": "DOS", "utf-8": "UTF-8"}
"""Encoding -> what ``Кодировка=`` calls it."""
# None of these words can come out of a wrong decoding of another one.
_KEY_WORDS = ("ВерсияФормата=", "Кодировка=", "ДатаНачала=", "ДатаКонца=", "РасчСчет=", "СекцияРасчСчет")
_MOST_ACCOUNTS = 100
_MOST_SECTIONS = 20_000
_VERSIONS = ("1.00", "1.01", "1.02", "1.03")
# An extension key of some bank: one word. Anything else is running text.
_KEY = re.compile(r"[А-ЯЁA-Z][А-ЯЁа-яёA-Za-z0-9_]*\Z")
_RUNNING_TEXT = re.compile(r"(?:НазначениеПлатежа\d?|КвитанцияСодержание)\Z")

Fields = dict[str, str]


@dataclass(slots=True)
class Records:
    """What one pass over the file collects beside its documents.

    ``sections``: (line, fields) of each account section, filled as the pass goes; ``more_accounts``:
    those that the header names after the first; ``marks_missing``: whether end marks were left out;
    ``waiting``: the lines where documents start that no bank has carried out.
    """

    source: Source
    encoding: str
    header: Fields = field(default_factory=dict)
    more_accounts: list[str] = field(default_factory=list)
    sections: list[tuple[int, Fields]] = field(default_factory=list)
    marks_missing: bool = False
    waiting: list[int] = field(default_factory=list)

    @property
    def accounts(self) -> list[str]:
        """The accounts that the header names, in its order."""
        first = self.header.get("РасчСчет", "")
        return [bare(first), *self.more_accounts] if first else []

    def documents(self) -> Iterator[tuple[int, Fields]]:
        """(line of its start, fields) of each document, in the file's order; run to the end for the rest.

        The document's kind is under the key ``СекцияДокумент``. ``InputError`` for a file that is cut
        off, glued to another one, or no such text at all.
        """
        account: Fields | None = None
        document: tuple[int, Fields] | None = None
        fields, key, number = self.header, "", 1
        lines = enumerate(islice(self.source.lines(self.encoding), 1, None), 2)
        for number, line in lines:
            name, sep, value = line.partition("=")
            if sep and name in FIELDS and name not in fields:
                key = name
                fields[name] = value
            elif name == "СекцияДокумент" or name == "СекцияРасчСчет":
                if document:
                    self.marks_missing = True
                    yield document
                    document = None
                if name == "СекцияДокумент":
                    document = (number, {name: value})
                    fields = document[1]
                else:
                    self.marks_missing |= account is not None
                    account = fields = self._section(number)
                key = ""
            elif name == "КонецДокумента":
                if not document:
                    raise self._stray(number)
                yield document
                document, key = None, ""
                fields = self.header if account is None else account
            elif name == "КонецРасчСчет":
                if document:
                    self.marks_missing = True
                    yield document
                    document = None
                account, fields, key = None, self.header, ""
            elif name == "КонецФайла":
                break
            else:
                key = self._other(number, line, fields, key)
        else:
            raise self._cut(number)
        if document:
            self.marks_missing = True
            yield document
        self.marks_missing |= account is not None
        self._nothing_after(lines)

    def _section(self, number: int) -> Fields:
        """The fields of a new account section, to be filled as they come."""
        if len(self.sections) >= _MOST_SECTIONS:
            raise self._stray(number)
        fields: Fields = {}
        self.sections.append((number, fields))
        return fields

    def _other(self, number: int, line: str, fields: Fields, key: str) -> str:
        """A line that is no known field of its section: an own account, an extension, running text."""
        if not line or line.isspace():
            return key
        name, sep, value = line.partition("=")
        name = name.strip()
        if sep and name in FIELDS:
            if fields is self.header and name == "РасчСчет" and len(self.more_accounts) < _MOST_ACCOUNTS:
                self.more_accounts.append(bare(value))
            elif name not in fields:
                fields[name] = value
            elif fields[name].strip() != value.strip():
                raise InputError(
                    _("the field stands twice in one section, with different values"),
                    place=self.source.place(number),
                    remedy=_("Download the statement from the bank again."),
                )
            return name
        if sep and _KEY.match(name):
            return ""
        if key and _RUNNING_TEXT.match(key) and len(fields[key]) < MAX_LINE:
            fields[key] = f"{fields[key]} {line.strip()}"
            return key
        raise self._stray(number)

    def _stray(self, number: int) -> InputError:
        last = number
        for later, line in enumerate(self.source.lines(self.encoding), 1):
            last = later
            if line.startswith("КонецФайла"):
                return InputError(
                    _("this line does not belong here"),
                    place=self.source.place(number),
                    why=_(
                        "A statement for 1C consists of lines KEY=VALUE in sections; the file may be damaged."
                    ),
                    remedy=_("Download the statement from the bank again; do not save it in a text editor."),
                )
        return self._cut(last)

    def _cut(self, number: int) -> InputError:
        return InputError(
            _("the file is cut off: its end mark is missing"),
            place=self.source.place(number),
            why=_("The last line of a statement for 1C must be КонецФайла; payments may be missing."),
            remedy=_("Download the statement from the bank again. Nothing was loaded."),
        )

    def _nothing_after(self, rest: Iterable[tuple[int, str]]) -> None:
        """Two files glued together would lose the second one."""
        for later, line in rest:
            if line.strip(" \t\x1a"):  # 0x1A: the end-of-file sign of DOS programs
                raise InputError(
                    _("something follows the end mark of the file"),
                    place=self.source.place(later),
                    why=_("Perhaps two statements were put into one file."),
                    remedy=_("Load each statement from its own file."),
                )


def is_1c(head: bytes) -> bool:
    return head.removeprefix(_BOM).startswith(MAGIC.encode())


def encoding_of(source: Source) -> str:
    """The encoding in which the format's own words appear: exactly one, or ``InputError``."""
    counts = {name: sum(source.head.count(word.encode(name)) for word in _KEY_WORDS) for name in ENCODINGS}
    found = [name for name, count in counts.items() if count]
    if len(found) != 1:
        raise InputError(
            _("the encoding of the file cannot be told"),
            place=source.place(1),
            why=_(
                "The words of the format appear in no encoding, or in several: Windows-1251, DOS 866, UTF-8."
            ),
            remedy=_("Download the statement from the bank again; do not save it in a text editor."),
        )
    return found[0]


def check_version(records: Records) -> None:
    """``InputError`` for a version of the format that we do not know."""
    version = records.header.get("ВерсияФормата", "").strip()
    if version and version not in _VERSIONS:
        raise InputError(
            _("this version of the format for 1C is unknown"),
            place=records.source.place(1),
            why=_("Known versions: {versions}.").format(versions=", ".join(_VERSIONS)),
            remedy=_("Choose version 1.03 or older in the bank's export."),
        )


def _names() -> frozenset[str]:
    header = "ВерсияФормата Кодировка Отправитель Получатель ДатаСоздания ВремяСоздания ДатаНачала ДатаКонца"
    section = "НачальныйОстаток КонечныйОстаток ВсегоПоступило ВсегоСписано"
    document = "Номер Дата Сумма ДатаСписано ДатаПоступило ВидПлатежа ВидОплаты Код КвитанцияДата"
    document += (
        " КвитанцияВремя КвитанцияСодержание СтатусСоставителя ПоказательКБК ОКАТО ПоказательОснования"
    )
    document += " ПоказательПериода ПоказательНомера ПоказательДаты ПоказательТипа Очередность СрокАкцепта"
    document += " ВидАккредитива СрокПлатежа УсловиеОплаты1 УсловиеОплаты2 УсловиеОплаты3 ПлатежПоПредст"
    document += " ДополнУсловия НомерСчетаПоставщика ДатаОтсылкиДок НазначениеПлатежа"
    names = [*header.split(), *section.split(), *document.split(), "РасчСчет", "Плательщик"]
    names += [f"НазначениеПлатежа{number}" for number in range(1, 7)]
    party = "Счет ИНН КПП 1 2 3 4 РасчСчет Банк1 Банк2 БИК Корсчет"
    names += [who + what for who in ("Плательщик", "Получатель") for what in party.split()]
    return frozenset(names)


FIELDS = _names()
