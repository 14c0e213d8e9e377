"""What columns and labelled cells of banks' tables are called, in Russian, English, German and Dutch; the surest first.

Lower case, without points. A header in another language is told by what stands under it (``propose_content``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

_SIDES = "(?:payer|payee|beneficiary|remitter|sender|recipient|receiver|partner)"
_NUMBERS = r"(?:account|iban|konto|kontonummer|tegenrekening|acc(?:ount)? n)"
WORDS: dict[str, tuple[str, ...]] = {
    "date": (r"дата операции", r"дата проводки", r"дата$", r"^дата(?! док)", r"date completed", r"completed date", r"booking date", r"posting date", r"buchungstag", r"^buchungsdatum", r"^date", r"transaction date", r"tran(?:saction|s)? date", r"txn date", r"^datum", r"^boekdatum"),
    "credit": (r"^приход", r"^кредит", r"поступ", r"зачислен", r"сумма по кредиту", r"^credit", r"^deposit", r"paid in", r"money in", r"^in$", r"^haben$"),
    "debit": (r"^расход", r"^дебет", r"списан", r"сумма по дебету", r"^debit", r"^withdrawal", r"paid out", r"money out", r"^out$", r"^soll$"),
    "amount": (r"^сумма(?! в| по)", r"^amount", r"^gross$", r"^sum$", r"^betrag", r"^bedrag", r"^сумма операции"),
    "fee": (r"^fees?$", r"^комиссия$"),
    "balance": (r"^остаток", r"^исходящий остаток", r"^balance", r"^running bal", r"^closing balance", r"^account balance", r"^saldo"),
    "account": (r"^наш сч[её]т", r"^номер (?:нашего )?сч[её]та$", r"^сч[её]т (?:клиента|организации|владельца)", r"^р(?:асч[её]тный )?[ /]?сч[её]т$", r"^(?:our|own|my|customer) account", r"^account(?: number| no)?$", r"^acc$", r"^auftragskonto", r"^rekening$"),
    "currency": (r"^валюта", r"^currency", r"^payment currency", r"^waehrung", r"^währung", r"^munt", r"^valuta$"),
    "ref": (r"^номер док", r"^№ док", r"^№ п", r"^номер$", r"^№$", r"transaction id", r"transferwise id", r"^id$", r"archiving code", r"^chq", r"^cheque", r"^ref", r"^document", r"kundenreferenz"),
    "purpose": (r"назначение", r"основание", r"описание", r"^purpose", r"^description", r"^payment reference", r"^narration", r"^particulars", r"^remarks", r"^text", r"^details$", r"verwendungszweck", r"mededelingen", r"omschrijving$", r"^memo"),
    "counterparty": (r"контрагент(?!а)", r"наименование контрагента", r"корреспондент$", r"^(?:наименование )?(?:плательщик|получател)", rf"^{_SIDES}(?:/{_SIDES})?(?! (?:{_NUMBERS}|bank|bic|inn|tax|sort)|/)", rf"^{_SIDES}/{_SIDES} name", r"^name", r"^naam", r"counterparty", r"^beguenstigter", r"^begünstigter", r"^auftraggeber", r"^наименование$"),
    "tax_id": (r"^инн", r"инн контрагента", r"^tax", rf"^{_SIDES} (?:inn|tax)"),
    "counterparty_account": (r"сч[её]т (?:контрагента|плательщика|получателя)", rf"^{_SIDES}(?:/{_SIDES})? {_NUMBERS}", r"сч[её]т корр", r"^сч[её]т$", r"^iban", r"^kontonummer", r"^tegenrekening", r"counterparty account"),
    "bic": (r"^бик", r"^bic", r"^swift", rf"^{_SIDES} bic"),
    "bank_name": (r"^банк", r"^bank"),
    "kind": (r"^вид", r"^тип", r"^type", r"^buchungstext", r"^mutatiesoort"),
    "country": (r"^страна", r"^country"),
    "state": (r"^статус", r"^состояние", r"^state$", r"^status$"),
}  # fmt: skip
"""Role -> what its header begins with or holds."""
NOT_BOOKED = {"failed", "declined", "pending", "reverted", "cancelled", "canceled", "denied", "reversed", "rejected", "отклонен", "отклонён", "отклонена", "отклонено", "отказ", "отменен", "отменён", "отменена", "отменено", "в обработке", "ожидает"}  # fmt: skip
"""What stands in ``state`` where no money moved."""
_PAYER = re.compile(r"плательщик|\b(?:payer|remitter|sender)\b")
_PAYEE = re.compile(r"получател|\b(?:payee|beneficiary|recipient)\b")
_OF_SIDE = {
    "tax_id": r"\bинн\b|\b(?:inn|tax)\b", "counterparty_account": r"\bсч[её]т|\bр/сч?\b|\b(?:account|iban)\b",
    "bic": r"\bбик\b|\b(?:bic|swift)\b", "bank_name": r"\bбанк|\bbank\b", "country": r"\bстран|\bcountry\b",
    "": r"\bкпп\b|\bадрес|\baddress\b|\bsort code\b", "counterparty": "",
}  # fmt: skip
"""Of the other side: what else the header of a payer's or payee's column holds."""
LABELS: dict[str, tuple[str, ...]] = {
    "opening": (r"входящий остаток", r"остаток на начало", r"opening balance", r"beginning balance"),
    "closing": (r"исходящий остаток", r"остаток на конец", r"closing balance", r"ending balance"),
    "account": (r"^сч[её]т", r"^номер сч[её]та", r"^account"),
    "start": (r"начало периода", r"^период с", r"period from", r"^from$"),
    "end": (r"конец периода", r"^период по", r"period to", r"^to$"),
}
FOOTERS = re.compile(r"(итого|всего|total)", re.I)


def roles(row: Sequence[str], lower: Sequence[str]) -> dict[str, int]:
    """Role -> column, by their names. ``lower``: the second row of a header in two, by which alone a column may be known
    as well."""
    names = [
        (folded(cell), folded(under)) for cell, under in zip_longest(row, lower[: len(row)], fillvalue="")
    ]
    found: dict[str, int] = {}
    for role, patterns in WORDS.items():
        for pattern in patterns:
            fitting = [
                at
                for at, both in enumerate(names)
                if at not in found.values() and any(re.search(pattern, name) for name in both)
            ]
            if len(fitting) >= 1 and row.count(row[fitting[0]]) == 1:
                found[role] = fitting[0]
                break
    if {"credit", "debit"} <= found.keys():
        found.pop("amount", None)
    elif "amount" in found:
        found.pop("credit", None)
        found.pop("debit", None)
    return found


def sides(names: Sequence[str], found: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Role -> the payer's column and the payee's, where the table has both; these are taken out of the roles ``found``."""
    both: dict[str, dict[bool, int]] = {}
    for column, name in enumerate(names):
        said = folded(name)
        payer, payee = _PAYER.search(said), _PAYEE.search(said)
        if bool(payer) != bool(payee) and names.count(name) == 1:
            role = next(role for role, words in _OF_SIDE.items() if re.search(words, said))
            both.setdefault(role, {}).setdefault(bool(payee), column)
    pairs = {role: (at[False], at[True]) for role, at in both.items() if role and len(at) == 2}
    taken = {column for pair in pairs.values() for column in pair}
    for role in [role for role, at in found.items() if role in pairs or at in taken]:
        del found[role]
    return pairs


def folded(cell: str) -> str:
    return " ".join(cell.casefold().replace(".", " ").replace("'", " ").split())
