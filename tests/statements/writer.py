"""A plain writer of 1C ClientBankExchange files, for tests: what the importer must read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

A1 = "40703810700000000042"
A2 = "40703810400000000077"
A3 = "40703978600000000042"
SHOP = "40702810900000000011"
DAYS = ("01.11.2025", "30.11.2025")


def rub(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


@dataclass
class Section:
    """``movement`` in minor units decides the closing balance."""

    account: str = A1
    opening: int = 100_000
    received: int = 0
    spent: int = 0
    days: tuple[str, str] = DAYS
    changes: dict[str, str | None] = field(default_factory=dict)

    def lines(self) -> list[str]:
        fields: dict[str, str | None] = {
            "ДатаНачала": self.days[0],
            "ДатаКонца": self.days[1],
            "НачальныйОстаток": rub(self.opening),
            "РасчСчет": self.account,
            "ВсегоПоступило": rub(self.received),
            "ВсегоСписано": rub(self.spent),
            "КонечныйОстаток": rub(self.opening + self.received - self.spent),
        }
        fields.update(self.changes)
        body = [f"{key}={value}" for key, value in fields.items() if value is not None]
        return ["СекцияРасчСчет", *body, "КонецРасчСчет"]


def document(
    amount: int,
    on: str,
    *,
    payer: str = SHOP,
    payee: str = A1,
    number: str = "1",
    kind: str = "Платежное поручение",
    **changes: str | None,
) -> list[str]:
    """``changes``: further fields, or None to leave one out. Money comes in unless ``payer`` is ours."""
    fields: dict[str, str | None] = {
        "Номер": number,
        "Дата": on,
        "Сумма": rub(amount),
        "ПлательщикСчет": payer,
        "ДатаСписано": on,
        "Плательщик1": "ООО «Пример-Мебель»" if payer == SHOP else "АНО «Тридевятая слобода»",
        "ПлательщикИНН": "0000000123" if payer == SHOP else "0000123450",
        "ПлательщикБИК": "040000901",
        "ПолучательСчет": payee,
        "ДатаПоступило": on,
        "Получатель1": "ООО «Пример-Мебель»" if payee == SHOP else "АНО «Тридевятая слобода»",
        "ПолучательИНН": "0000000123" if payee == SHOP else "0000123450",
        "ПолучательБИК": "040000901",
        "НазначениеПлатежа": "Оплата по договору № 7. Без НДС",
    }
    fields.update(changes)
    body = [f"{key}={value}" for key, value in fields.items() if value is not None]
    return [f"СекцияДокумент={kind}", *body, "КонецДокумента"]


def header(
    accounts: Iterable[str] = (A1,),
    *,
    claimed: str = "Windows",
    days: tuple[str, str] = DAYS,
    version: str = "1.03",
) -> list[str]:
    return [
        "1CClientBankExchange",
        f"ВерсияФормата={version}",
        f"Кодировка={claimed}",
        "Отправитель=Пример-Банк",
        "Получатель=Бухгалтерия",
        "ДатаСоздания=01.12.2025",
        "ВремяСоздания=10:00:00",
        f"ДатаНачала={days[0]}",
        f"ДатаКонца={days[1]}",
        *(f"РасчСчет={account}" for account in accounts),
    ]


def text(*parts: list[str], end: bool = True) -> str:
    lines = [line for part in parts for line in part]
    return "\r\n".join([*lines, *(["КонецФайла"] if end else [])]) + "\r\n"


def encoded(content: str, encoding: str = "windows-1251") -> bytes:
    """As programs convert: what cp866 lacks is replaced by its plain sign."""
    if encoding == "cp866":
        content = content.translate(str.maketrans({"«": '"', "»": '"', "—": "-", "–": "-"}))
    return content.encode(encoding)
