"""The samples of camt, MT940 and OFX: one plain file of each, and files that deviate from it in one thing.

``python tests/statements/dialects.py`` writes them (the good ones beside this file, the others into
``refused``); the expected results are made and read through as told in ``test_importers_files.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from statements.writer import A1, A3
from typedbalances import typed

from compliance.importers.model import Balances

IBAN = "NL55ABNA0000000042"
CARD = "0000000000001111"
PAYER = "NL91ABNA0417164300"
Edit = Callable[[str], str]


def sub(*pairs: str) -> Edit:
    """Old, new, old, new, ...: each old one must be there."""

    def edit(text: str) -> str:
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text, old
            text = text.replace(old, new)
        return text

    return edit


# ---- camt


def balance(
    kind: str, amount: str, day: str, *, sign: str = "CRDT", sub_type: str = "", currency: str = "EUR"
) -> str:
    more = f"<SubTp><Cd>{sub_type}</Cd></SubTp>" if sub_type else ""
    return (
        f"   <Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry>{more}</Tp>\n"
        f'    <Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n'
    )


def entry(
    amount: str,
    day: str,
    details: str = "",
    *,
    sign: str = "CRDT",
    more: str = "",
    ref: str = "R",
    currency: str = "EUR",
) -> str:
    return (
        f'   <Ntry>\n    <Amt Ccy="{currency}">{amount}</Amt>\n    <CdtDbtInd>{sign}</CdtDbtInd>{more}\n    <Sts>BOOK</Sts>\n'
        f"    <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\n    <AcctSvcrRef>{ref}</AcctSvcrRef>\n"
        f"    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"    <NtryDtls>{details}</NtryDtls>\n   </Ntry>\n"
    )


def tx(
    name: str,
    *,
    ref: str,
    amount: str = "",
    who: str = "Dbtr",
    text: str = "Gift for the library",
    more: str = "",
) -> str:
    sums = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return (
        f"\n     <TxDtls><Refs><EndToEndId>{ref}</EndToEndId></Refs>{sums}\n"
        f"      <RltdPties><{who}><Nm>{name}</Nm></{who}><{who}Acct><Id><IBAN>{PAYER}</IBAN></Id></{who}Acct></RltdPties>\n"
        f"      <RltdAgts><{who}Agt><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></{who}Agt></RltdAgts>\n"
        f"      <RmtInf><Ustrd>{text}</Ustrd></RmtInf>{more}</TxDtls>"
    )


GIFT = entry("500.00", "2025-11-03", tx("Stichting Voorbeeld Zeewind", ref="E1"), ref="R1")
RENT = entry(
    "150.25", "2025-11-14", tx("Example Shop", ref="E2", who="Cdtr", text="Rent"), sign="DBIT", ref="R2"
)
DAYS = "   <FrToDt><FrDtTm>2025-11-01T00:00:00</FrDtTm><ToDtTm>2025-11-30T23:59:59</ToDtTm></FrToDt>\n"


def stmt(
    body: str,
    *,
    account: str = f"<IBAN>{IBAN}</IBAN>",
    currency: str = "EUR",
    days: str = DAYS,
    number: int = 11,
    more: str = "",
) -> str:
    return (
        f"  <Stmt>\n   <Id>S{number}</Id>{more}<ElctrncSeqNb>{number}</ElctrncSeqNb>\n{days}"
        f"   <Acct><Id>{account}</Id><Ccy>{currency}</Ccy></Acct>\n{body}  </Stmt>\n"
    )


OPENING, CLOSING = balance("OPBD", "1000.00", "2025-11-01"), balance("CLBD", "1349.75", "2025-11-30")


def camt(*statements: str, space: str = ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"') -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document{space}>\n <BkToCstmrStmt>\n'
        f"  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2025-12-01T08:00:00</CreDtTm></GrpHdr>\n"
        f"{''.join(statements)} </BkToCstmrStmt>\n</Document>\n"
    )


CAMT = camt(stmt(OPENING + CLOSING + GIFT + RENT))
_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def batch(*shares: str) -> Edit:
    parts = [
        tx(f"Member {at}", ref=f"B{at}", amount=share, text=f"Fee {at}") for at, share in enumerate(shares, 1)
    ]
    return sub(
        GIFT, entry("500.00", "2025-11-03", "<Btch><NbOfTxs>3</NbOfTxs></Btch>" + "".join(parts), ref="R1")
    )


def inside(tag: str, added: str) -> Edit:
    """``added`` before ``tag`` in the gift."""
    return sub(GIFT, sub(tag, added + tag)(GIFT))


def gift(*pairs: str) -> Edit:
    return sub(GIFT, sub(*pairs)(GIFT))


_HALF = balance("CLBD", "1500.00", "2025-11-30", sub_type="INTM")
_REPORT = (
    "BkToCstmrStmt",
    "BkToCstmrAcctRpt",
    "<Stmt>",
    "<Rpt>",
    "</Stmt>",
    "</Rpt>",
    "camt.053",
    "camt.052",
)
_NOTICE = (
    "BkToCstmrStmt",
    "BkToCstmrDbtCdtNtfctn",
    "<Stmt>",
    "<Ntfctn>",
    "</Stmt>",
    "</Ntfctn>",
    "camt.053",
    "camt.054",
)
_NEW = (
    "<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>", "<Dbtr><Nm>Stichting Voorbeeld Zeewind</Nm></Dbtr>",
    "<Dbtr><Pty><Nm>Stichting Voorbeeld Zeewind</Nm></Pty></Dbtr>", "<BIC>", "<BICFI>", "</BIC>", "</BICFI>",
)  # fmt: skip

CAMT_GOOD: dict[str, Edit] = {
    "plain": sub(),
    "version_08": sub("053.001.02", "053.001.08", *_NEW),
    "version_13": sub("053.001.02", "053.001.13", *_NEW),
    "no_namespace": sub(f' xmlns="{_SPACE}"', ""),
    "bogus_namespace": sub(_SPACE, "urn:example:bank:statement"),
    "prefixed_namespace": lambda text: text.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:").replace("<c:?", "<?").replace(" xmlns=", " xmlns:c="),
    "envelope": sub("<Document ", '<Envelope><AppHdr xmlns="urn:x"><Fr>BANK</Fr></AppHdr><Document ', "</Document>", "</Document></Envelope>"),
    "windows_1251": sub("UTF-8", "windows-1251", "Gift for the library", "Взнос на библиотеку"),
    "utf_16": sub("UTF-8", "UTF-16"),
    "one_line": lambda text: "".join(line.strip() for line in text.splitlines()),
    "comments": sub("   <Ntry>", "   <!-- a <Ntry> --><?bank x?>\n   <Ntry>"),
    "batch": batch("200.00", "250.00", "50.00"),
    "batch_amounts_in_details": lambda text: batch("200.00", "250.00", "50.00")(text).replace("<AmtDtls><TxAmt>", "").replace("</TxAmt></AmtDtls>", "<CdtDbtInd>CRDT</CdtDbtInd>"),
    "batch_does_not_add_up": batch("200.00", "250.00", "49.00"),
    "batch_without_amounts": batch("", "", ""),
    "reversal": gift("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>", "Dbtr", "Cdtr"),
    "charges": inside("<NtryDtls>", '<Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>'),
    "charges_old": inside("<NtryDtls>", '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.50</TtlChrgsAndTaxAmt></Chrgs>'),
    "exchange": inside("<RltdPties>", '<AmtDtls><InstdAmt><Amt Ccy="USD">540.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">500.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.08</XchgRate></CcyXchg></TxAmt></AmtDtls>'),
    "returned": inside("</TxDtls>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"),
    "pending": lambda text: sub(RENT, RENT + RENT.replace("BOOK", "PDNG"))(text),
    "rouble_account": sub(f"<IBAN>{IBAN}</IBAN>", f"<Othr><Id>{A1}</Id></Othr>", '"EUR"', '"RUB"', "<Ccy>EUR</Ccy>", "<Ccy>RUR</Ccy>"),
    "ultimate_payer": inside("</RltdPties>", "<UltmtDbtr><Nm>Example Commons Inc.</Nm></UltmtDbtr>"),
    "address": gift("<Nm>Stichting Voorbeeld Zeewind</Nm>", "<Nm>Stichting Voorbeeld Zeewind</Nm><PstlAdr><StrtNm>Zeeweg</StrtNm><BldgNb>1</BldgNb><PstCd>0000</PstCd><TwnNm>Voorbeeld</TwnNm><Ctry>BE</Ctry></PstlAdr>"),
    "address_lines": gift("<Nm>Stichting Voorbeeld Zeewind</Nm>", "<Nm>Stichting Voorbeeld Zeewind</Nm><PstlAdr><Ctry>BE</Ctry><AdrLine>Zeeweg 1</AdrLine><AdrLine>Voorbeeld</AdrLine></PstlAdr>"),
    "tax_number": gift("<Nm>Stichting Voorbeeld Zeewind</Nm>", "<Nm>Stichting Voorbeeld Zeewind</Nm><Id><OrgId><Othr><Id>0000000123</Id><SchmeNm><Cd>TXID</Cd></SchmeNm></Othr></OrgId></Id>"),
    "creditor_reference": gift("<Ustrd>Gift for the library</Ustrd>", "<Strd><CdtrRefInf><Ref>RF18000000001</Ref></CdtrRefInf><AddtlRmtInf>Gift</AddtlRmtInf></Strd>"),
    "purpose_in_parts": gift("<Ustrd>Gift for the library</Ustrd>", "<Ustrd>Gift for</Ustrd><Ustrd>the\n   library</Ustrd>"),
    "no_details": sub(GIFT, entry("500.00", "2025-11-03", ref="R1").replace("<NtryDtls></NtryDtls>", "<AddtlNtryInf>Cash paid in</AddtlNtryInf>")),
    "several_statements": sub("".join([stmt(OPENING + CLOSING + GIFT + RENT)]), stmt(balance("OPBD", "1000.00", "2025-11-03") + balance("CLBD", "1500.00", "2025-11-03") + GIFT, days="") + stmt(balance("OPBD", "1500.00", "2025-11-04") + balance("CLBD", "1349.75", "2025-11-14") + RENT, days="", number=12)),
    "statements_reversed": sub("".join([stmt(OPENING + CLOSING + GIFT + RENT)]), stmt(balance("OPBD", "1500.00", "2025-11-04") + balance("CLBD", "1349.75", "2025-11-14") + RENT, days="", number=12) + stmt(balance("OPBD", "1000.00", "2025-11-03") + balance("CLBD", "1500.00", "2025-11-03") + GIFT, days="")),
    "several_accounts": sub("</Stmt>\n", "</Stmt>\n" + stmt(balance("OPBD", "1.00", "2025-11-01", currency="RUB") + balance("CLBD", "3.00", "2025-11-30", currency="RUB") + entry("2.00", "2025-11-05", currency="RUB"), account=f"<Othr><Id>{A1}</Id></Othr>", currency="RUB")),
    "pages": sub(CLOSING + GIFT, _HALF + GIFT + "  </Stmt>\n  <Stmt><Id>S11</Id><StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><ElctrncSeqNb>11</ElctrncSeqNb>\n" + DAYS + f"   <Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n" + balance("OPBD", "1500.00", "2025-11-01", sub_type="INTM") + CLOSING),
    "first_page_only": sub(CLOSING + GIFT + RENT, _HALF + GIFT),
    "no_days": sub(DAYS, ""),
    "previous_closing": sub(DAYS, "", OPENING, balance("PRCD", "1000.00", "2025-10-31")),
    "value_day_only": gift("<BookgDt><Dt>2025-11-03</Dt></BookgDt>", ""),
    "zoned_days": gift("<BookgDt><Dt>2025-11-03</Dt></BookgDt>", "<BookgDt><DtTm>2025-11-03T00:30:00+03:00</DtTm></BookgDt>"),
    "overdrawn": sub(OPENING, balance("OPBD", "1000.00", "2025-11-01", sign="DBIT"), CLOSING, balance("CLBD", "650.25", "2025-11-30", sign="DBIT")),
    "long_fractions": gift(">500.00<", ">500.00000<"),
    "summary": sub(OPENING, OPENING.replace("   <Bal>", "   <TxsSummry><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>500.00</Sum></TtlCdtNtries><TtlDbtNtries><Sum>150.25</Sum></TtlDbtNtries></TxsSummry>\n   <Bal>", 1)),
    "booked_on_opening_day": sub("FrDtTm>2025-11-01", "FrDtTm>2025-11-04", "2025-11-01</Dt>", "2025-11-03</Dt>"),
    "no_entries": sub(GIFT + RENT, "", "1349.75", "1000.00"),
    "newest_first": sub(GIFT + RENT, RENT + GIFT),
    "zero_entry": sub(RENT, RENT + entry("0.00", "2025-11-20", ref="R3")),
    "other_balances": sub(CLOSING, CLOSING + balance("CLAV", "9.99", "2025-11-30") + balance("FWAV", "9.99", "2025-12-01")),
    "report": sub(*_REPORT),
    "report_of_today": sub(*_REPORT, "<Cd>CLBD</Cd>", "<Cd>ITBD</Cd>"),
    "notification": lambda text: sub(*_NOTICE)(text.replace(OPENING, "").replace(CLOSING, "")),
}  # fmt: skip

CAMT_BAD: dict[str, tuple[Edit, int, str]] = {
    "doctype": (sub("<Document", '<!DOCTYPE Document SYSTEM "http://example.org/x.dtd">\n<Document'), 1, "document type"),
    "entities": (sub("<Document", '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<Document', "Gift for the library", "&b;"), 1, "document type"),
    "entity_unknown": (sub("Gift for the library", "&secret;"), 24, "broken or cut off"),
    "deep": (sub("Gift for the library", "<a>" * 300 + "</a>" * 300), 24, "broken or cut off"),
    "version_14": (sub("053.001.02", "053.001.14"), 1, "version of camt is unknown"),
    "sums_lie": (sub("1349.75", "1350.75"), 6, "lacks 1.00"),
    "summary_lies": (lambda text: CAMT_GOOD["summary"](text).replace("<Sum>500.00", "<Sum>501.00"), 6, "lacks 1.00"),
    "cut": (lambda text: text[: text.index("<RmtInf>", text.index("R2"))], 37, "broken or cut off"),
    "two_files": (lambda text: text + text.partition("\n")[2], 42, "broken or cut off"),
    "other_currency": (gift('<Amt Ccy="EUR">500', '<Amt Ccy="USD">500'), 13, "currency of the row"),
    "comma": (gift("500.00", "500,00"), 13, "amount cannot be read"),
    "grouped": (gift("500.00", "1,500.00"), 13, "amount cannot be read"),
    "minus": (gift("500.00", "-500.00"), 13, "amount cannot be read"),
    "exponent": (gift("500.00", "5e2"), 13, "amount cannot be read"),
    "not_a_number": (gift("500.00", "NaN"), 13, "amount cannot be read"),
    "no_amount": (gift('<Amt Ccy="EUR">500.00</Amt>', ""), 13, "amount cannot be read"),
    "no_direction": (gift("<CdtDbtInd>CRDT</CdtDbtInd>", ""), 13, "money came in or went out"),
    "impossible_day": (gift("2025-11-03", "2025-11-31"), 13, "date cannot be read"),
    "week_date": (gift("2025-11-03", "2025-W45-1"), 13, "date cannot be read"),
    "no_day": (gift("<BookgDt><Dt>2025-11-03</Dt></BookgDt><ValDt><Dt>2025-11-03</Dt></ValDt>", ""), 13, "has no date"),
    "outside_days": (gift("2025-11-03", "2025-10-03"), 6, "outside the days"),
    "ends_before_it_begins": (sub("FrDtTm>2025-11-01", "FrDtTm>2025-12-01"), 6, "ends before it begins"),
    "unknown_status": (gift("BOOK", "LATE"), 13, "status that we do not know"),
    "no_closing": (sub(CLOSING, ""), 6, "lacks its opening or its closing"),
    "notification_without_balances": (lambda text: CAMT_GOOD["notification"](text), 6, "lacks its opening or its closing"),
    "no_account": (sub(f"<IBAN>{IBAN}</IBAN>", ""), 9, "which account it is of"),
    "not_ours": (sub(IBAN, PAYER), 9, "not ours: NL91ABNA…4300"),
    "statement_twice": (sub("</Stmt>\n", "</Stmt>\n" + stmt(OPENING + CLOSING + GIFT + RENT)), 41, "cover the same day"),
    "pages_do_not_meet": (lambda text: CAMT_GOOD["pages"](text).replace("1500.00", "1400.00", 2).replace("1400.00", "1500.00", 1), 27, "lacks 100.00"),
    "no_statement": (lambda text: text[: text.index("  <Stmt>")] + text[text.index(" </BkToCstmrStmt>"):], 0, "holds no statement"),
}  # fmt: skip


# ---- MT940

MT = f"""\
:20:STARTUMSE
:25:{IBAN}
:28C:00011/001
:60F:C251031EUR1000,00
:61:2511031103C500,00NTRFE1//R1
:86:166?00CREDIT?10931?20Gift for the library of the?21 yard?30ABNANL2A?31{PAYER}?32Stichting Voorbeeld van Zee?33wind
:61:2511141114D150,25NMSCNONREF//R2
:86:Rent for November
Example Shop
:62F:C251130EUR1349,75
-
"""
_MT_GIFT, _MT_RENT = MT.splitlines(keepends=True)[4:6], MT.splitlines(keepends=True)[6:9]
_MT_86 = _MT_GIFT[1]
_RU = (":25:" + IBAN, ":25:" + A1, "EUR", "RUB")

MT_GOOD: dict[str, Edit] = {
    "plain": sub(),
    "line_feeds": sub(),
    "envelope": lambda text: "{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXXN}{4:\n" + text.replace("\n-\n", "\n-}{5:{CHK:000000000000}}\n"),
    "envelope_and_first_field": lambda text: "{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXXN}{4::20:" + text[4:].replace("\n-\n", "\n-}\n"),
    "preamble": lambda text: "ABNANL2A\n940\nABNANL2A\n" + text,
    "no_end_sign": sub("\n-\n", "\n"),
    "available_balances": sub("-\n", ":64:C251130EUR1349,75\n:65:C251201EUR1349,75\n:86:STATEMENT INFORMATION\n-\n"),
    "reversals": sub("C500,00", "RC500,00", "D150,25", "RD150,25", "C251130EUR1349,75", "C251130EUR650,25"),
    "funds_code": sub("1103C500,00", "1103CR500,00", "1114D150,25", "1114DR150,25"),
    "reversal_with_funds_code": sub("1103C500,00", "1103RCR500,00", "1114D150,25", "1114RDR150,25", "C251130EUR1349,75", "C251130EUR650,25"),
    "no_entry_days": sub("2511031103C", "251103C", "2511141114D", "251114D"),
    "one_day_old_value": sub("2511031103C", "251027C", "2511141114D", "251130D", "C251031EUR", "C251129EUR"),
    "over_new_year": sub("C251031", "C251231", "2511031103", "2512310102", "2511141114", "2601050105", "C251130", "C260110"),
    "entry_before_new_year": sub("C251031", "C251130", "2511031103", "2601021231", "2511141114", "2512311231", "C251130EUR1349", "C251231EUR1349"),
    "pages": sub(":61:2511141114", ":62M:C251103EUR1500,00\n-\n:20:STARTUMSE\n:25:" + IBAN + "\n:28C:00011/002\n:60M:C251103EUR1500,00\n:61:2511141114"),
    "page_of_more": sub("".join(_MT_RENT), "", ":62F:C251130EUR1349,75", ":62M:C251130EUR1500,00"),
    "two_on_one_day": sub(":61:2511141114", ":62F:C251114EUR1500,00\n-\n:20:X\n:25:" + IBAN + "\n:28C:00012/001\n:60F:C251114EUR1500,00\n:61:2511141114", "C251130", "C251114"),
    "several_statements": sub(":61:2511141114", ":62F:C251103EUR1500,00\n-\n:20:X\n:25:" + IBAN + "\n:28C:12\n:60F:C251103EUR1500,00\n:61:2511141114"),
    "several_accounts": lambda text: text + text.replace(IBAN, A3).replace("00011/001", "00001/001"),
    "bank_before_account": sub(":25:" + IBAN, ":25:ABNANL2A/" + IBAN),
    "currency_after_account": sub(":25:" + IBAN, ":25:" + IBAN + "EUR"),
    "overdrawn": sub(":60F:C251031EUR1000,00", ":60F:D251031EUR1000,00", ":62F:C251130EUR1349,75", ":62F:D251130EUR650,25"),
    "no_decimals": sub("C500,00", "C500,"),
    "one_decimal": sub("C500,00", "C500,0"),
    "no_type": sub("C500,00NTRFE1//R1", "C500,00"),
    "own_type_code": sub("NTRFE1//R1", "F196E1//R1"),
    "value_days_from_the_opening": sub("C251031", "C251103", "2511031103C", "251103C", "2511141114D", "251114D"),
    "type_with_spaces": sub("NTRFE1//R1", "NOV E1//R1", "NMSCNONREF", "S   NONREF"),
    "bank_and_currency_around_account": sub(":25:" + IBAN, ":25:ABNANL2A/" + IBAN + "/EUR"),
    "type_of_message": lambda text: ":940:\n" + text.replace("-\n", ""),
    "closed_on_the_next_opening": sub("2511031103C", "251103C", ":61:2511141114", ":62F:C251114EUR1500,00\n:940:\n:20:STARTUMSE\n:25:" + IBAN + "\n:28C:00011/001\n:60F:C251114EUR1500,00\n:61:251114"),
    "pages_dated_when_printed": sub(":61:2511141114", ":62M:C251130EUR1500,00\n-\n:20:STARTUMSE\n:25:" + IBAN + "\n:28C:00011/002\n:60M:C251130EUR1500,00\n:61:2511141114"),
    "thirtieth_of_february": sub("C251031", "C250131", "2511031103", "2502300228", "2511141114", "2503030303", "C251130", "C250331"),
    "marks_without_code": sub(":86:166?00CREDIT?10931?20", ":86:>20", "?21", ">21", "?30", ">30", "?31", ">31", "?32", ">32", "?33", ">33"),
    "information_in_ns": sub("".join(_MT_GIFT), _MT_GIFT[0] + f":NS:01Gift for the library of the\n02yard\n15Stichting Voorbeeld van Zee\n16wind\n17CREDIT\n33ABNANL2A\n34{PAYER}\n"),
    "fields_on_lines_of_their_own": sub("?30ABNANL2A", "\n?30ABNANL2A", "Zee?33wind", "Zee\n?33wind", "?21 yard", "?21\nyard"),
    "supplement": sub("NTRFE1//R1\n", "NTRFE1//R1\n/OCMT/USD540,00/EXCH/1,08\n", _MT_86, ""),
    "other_mark": lambda text: text.replace(_MT_86, _MT_86.replace("?", ">")),
    "wrapped": lambda text: text.replace(_MT_86, "\n".join(_MT_86.strip()[at : at + 65] for at in range(0, len(_MT_86), 65)) + "\n"),
    "code_words": sub(_MT_86, f":86:/TRTP/SEPA OVERBOEKING/IBAN/{PAYER}/BIC/ABNANL2A/NAME/Stichting Vo\norbeeld Zeewind/REMI/Gift for the library/EREF/E1\n"),
    "counterparty_words": sub(_MT_86, f":86:/EREF/E1//CNTP/{PAYER}/ABNANL2A/Stichting Voorbeeld Zeewind///REMI/USTD//Gift for the library/\n"),
    "ultimate_words": sub(_MT_86, ":86:/ORDP/Bank Example/ULTD/Example Commons Inc./REMI/Gift/OCMT/USD540,00/EXCH/1,08\n"),
    "no_information": sub(_MT_86, ""),
    "roubles": sub(*_RU),
    "old_rouble_code": sub(*_RU, "RUB", "RUR"),
    "transliterated": sub(*_RU, "Rent for November", "'oPLATA PO DOGOVORU n' 7. bEZ nds"),
    "windows_1251": sub(*_RU, "Rent for November", "Аренда за ноябрь", "Example Shop", "ООО «Пример-Дом»"),
    "cp866": sub(*_RU, "Rent for November", "Аренда за ноябрь", "Example Shop", "ООО Пример-Дом"),
    "western": sub("Rent for November", "Miete für Geschäftsräume"),
    "utf8_mark": sub("Rent for November", "Miete für Geschäftsräume"),
    "zero_line": sub(":62F:", ":61:2511201120C0,00NTRFNONREF\n:62F:"),
    "interim": lambda text: text.replace(":60F:C251031EUR1000,00\n", ":34F:EUR0,\n:13D:2511141200+0100\n").replace(":62F:C251130EUR1349,75", ":90D:1EUR150,25\n:90C:1EUR500,00"),
}  # fmt: skip
MT_ENCODINGS = {
    "windows_1251": "windows-1251",
    "cp866": "cp866",
    "western": "iso-8859-1",
    "utf8_mark": "utf-8-sig",
}

MT_BAD: dict[str, tuple[Edit, int, str]] = {
    "point": (sub("C500,00", "C500.00"), 5, "line of the statement cannot be read"),
    "point_and_comma": (sub("C500,00", "C1.500,00"), 5, "line of the statement cannot be read"),
    "no_comma": (sub("C500,00N", "C500N"), 5, "line of the statement cannot be read"),
    "three_decimals": (sub("C500,00", "C500,001"), 5, "amount cannot be read"),
    "not_a_number": (sub("C500,00", "CNaN"), 5, "line of the statement cannot be read"),
    "exponent": (sub("C500,00", "C5e2,00"), 5, "line of the statement cannot be read"),
    "sign": (sub("C500,00", "C-500,00"), 5, "line of the statement cannot be read"),
    "balance_point": (sub("EUR1000,00", "EUR1000.00"), 4, "balance cannot be read"),
    "reversal_sign_wrong": (sub("C500,00", "RC500,00"), 4, "lacks 1,000.00"),
    "sums_lie": (sub("1349,75", "1350,75"), 4, "lacks 1.00"),
    "cut_in_line": (lambda text: text[: text.index("0,00NTRF")], 5, "line of the statement cannot be read"),
    "cut_before_closing": (lambda text: text[: text.index(":62F:")], 4, "lacks its opening or its closing"),
    "envelope_open": (lambda text: MT_GOOD["envelope"](text).replace("-}{5:{CHK:000000000000}}\n", ""), 11, "cut off"),
    "impossible_day": (sub("2511031103", "2511311131"), 5, "date cannot be read"),
    "impossible_entry_day": (sub("2511031103", "2511031345"), 5, "date cannot be read"),
    "outside_days": (sub("2511031103", "2510031003"), 4, "outside the days"),
    "value_outside_days": (sub("2511031103", "251003"), 4, "outside the days"),
    "other_currency": (sub("C251130EUR", "C251130USD"), 10, "currency of the row"),
    "closing_twice": (sub("-\n", ":62F:C251130EUR1349,75\n-\n"), 11, "does not belong here"),
    "line_after_closing": (sub("-\n", "".join(_MT_GIFT) + "-\n"), 11, "does not belong here"),
    "unknown_field": (sub(":61:2511141114", ":99Z:x\n:61:2511141114"), 7, "does not belong here"),
    "stray_text": (sub(":61:2511031103", "hello\n:61:2511031103"), 5, "does not belong here"),
    "no_account": (sub(":25:" + IBAN, ":25:"), 2, "which account it is of"),
    "not_ours": (sub(":25:" + IBAN, ":25:" + PAYER), 4, "not ours: NL91ABNA…4300"),
    "statement_twice": (lambda text: text + text, 15, "cover the same day"),
    "pages_do_not_meet": (lambda text: MT_GOOD["pages"](text).replace(":60M:C251103EUR1500,00", ":60M:C251103EUR1600,00").replace("1349,75", "1449,75"), 12, "lacks 100.00"),
    "interim_without_balances": (lambda text: MT_GOOD["interim"](text), 4, "lacks its opening or its closing"),
}  # fmt: skip


# ---- OFX

OFX_HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1251\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
OFX_BODY = f"""\
<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20251201080000<LANGUAGE>RUS</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS>
<CURDEF>RUB
<BANKACCTFROM><BANKID>040000901<ACCTID>{A1}<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>
<DTSTART>20251101
<DTEND>20251130
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20251103120000
<TRNAMT>500.00
<FITID>R1
<NAME>ООО Пример-Мебель
<MEMO>Взнос на библиотеку двора
</STMTTRN>
<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20251114
<TRNAMT>-150.25
<FITID>R2
<NAME>Example Shop
<BANKACCTTO><BANKID>040000902<ACCTID>40702810900000000011<ACCTTYPE>CHECKING</BANKACCTTO>
<MEMO>Аренда
</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>1349.75<DTASOF>20251130</LEDGERBAL>
<AVAILBAL><BALAMT>1300.00<DTASOF>20251130</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""
OFX = OFX_HEAD + OFX_BODY


def xml(text: str) -> str:
    """Version 2: every element closed."""
    import re

    body = re.sub(r"<([A-Z0-9]+)>([^<\n]+)(?=[<\n])", r"<\1>\2</\1>", text.partition("\n\n")[2])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE"?>\n'
        + body
    )


OFX_GOOD: dict[str, Edit] = {
    "plain": sub(),
    "version_2": xml,
    "version_2_no_declaration": lambda text: xml(text).split("?>\n", 2)[2],
    "one_line": lambda text: text.partition("\n\n")[0] + "\n\n" + text.partition("\n\n")[2].replace("\n", ""),
    "no_record_ends": sub("</STMTTRN>\n", ""),
    "closed_elements": lambda text: OFX_HEAD + xml(text).split("?>\n", 2)[2],
    "says_windows_is_utf8": sub(),
    "utf8": sub("USASCII", "UTF-8", "CHARSET:1251", "CHARSET:NONE"),
    "local_midnight": sub("20251103120000", "20251103003000.000[+3:MSK]"),
    "zone_west": sub("20251103120000", "20251103233000[-5:EST]"),
    "decimal_comma": sub("500.00", "500,00", "-150.25", "-150,25"),
    "plus": sub("<TRNAMT>500.00", "<TRNAMT>+500.00"),
    "entities": sub("Взнос на библиотеку", "Взнос &amp; &lt;дар&gt; &quot;на&nbsp;библиотеку&#33;"),
    "literal": lambda text: xml(text).replace("Взнос на библиотеку двора", "<![CDATA[Взнос <на> & библиотеку]]>"),
    "comments": lambda text: xml(text).replace("<DTSTART>", "<!-- from --><DTSTART>"),
    "no_day_of_balance": sub("<DTASOF>20251130</LEDGERBAL>", "<DTASOF>00000000</LEDGERBAL>"),
    "account_with_a_sign": sub(f"<ACCTID>{A1}", f"<ACCTID>{A1[:-1]}~{A1[-1]}"),
    "memo_over_lines": sub("Взнос на", "Взнос\nна"),
    "empty_elements": sub("<MEMO>Аренда\n", "<MEMO>\n<CHECKNUM></CHECKNUM><REFNUM/>\n"),
    "payee": sub("<NAME>Example Shop\n", "<PAYEE><NAME>Example Shop<ADDR1>Street 1<CITY>Town<POSTALCODE>000000<COUNTRY>NL<PHONE>0</PAYEE>\n"),
    "other_currency": sub("<NAME>Example Shop\n", "<NAME>Example Shop\n<ORIGCURRENCY><CURRATE>94.5<CURSYM>EUR</ORIGCURRENCY>\n"),
    "credit_card": sub("BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS", "STMTRS>", "CCSTMTRS>", f"<BANKACCTFROM><BANKID>040000901<ACCTID>{A1}<ACCTTYPE>CHECKING</BANKACCTFROM>", f"<CCACCTFROM><ACCTID>{CARD}</CCACCTFROM>", "1349.75", "-9650.25"),
    "no_movements": lambda text: text[: text.index("<STMTTRN>\n")] + text[text.index("</BANKTRANLIST>"):].replace("1349.75", "1000.00"),
    "newest_first": lambda text: text[: (at := text.index("<STMTTRN>\n"))] + text[(two := text.index("<STMTTRN>\n", at + 5)) : (end := text.index("</BANKTRANLIST>"))] + text[at:two] + text[end:],
    "unknown_elements": sub("<FITID>R1\n", "<FITID>R1\n<BANK.EXTRA>x\n<INV401K>y\n"),
    "balance_later": sub("<DTASOF>20251130</LEDGERBAL>", "<DTASOF>20251205</LEDGERBAL>"),
}  # fmt: skip
OFX_ENCODINGS = dict.fromkeys(
    ("version_2", "version_2_no_declaration", "says_windows_is_utf8", "utf8", "literal", "comments"), "utf-8"
)

OFX_BAD: dict[str, tuple[Edit, int, str]] = {
    "no_opening": (sub(), 14, "lacks its opening or its closing"),
    "balance_of_another_day": (sub("<DTASOF>20251130</LEDGERBAL>", "<DTASOF>20251205</LEDGERBAL>"), 14, "lacks its opening or its closing"),
    "doctype": (lambda text: xml(text).replace("<OFX>", '<!DOCTYPE OFX [<!ENTITY a "b">]>\n<OFX>'), 3, "does not belong here"),
    "cut": (lambda text: text[: text.index("<TRNAMT>-1")], 30, "cut off"),
    "no_end": (sub("</OFX>\n", ""), 40, "cut off"),
    "two_files": (lambda text: text + text, 42, "does not belong here"),
    "sums_lie": (sub("<BALAMT>1349.75", "<BALAMT>1350.75"), 14, "lacks 1.00"),
    "not_a_number": (sub("<TRNAMT>500.00", "<TRNAMT>NaN"), 23, "amount cannot be read"),
    "exponent": (sub("<TRNAMT>500.00", "<TRNAMT>5e2"), 23, "amount cannot be read"),
    "grouped": (sub("<TRNAMT>500.00", "<TRNAMT>1,500.00"), 23, "amount cannot be read"),
    "brackets": (sub("<TRNAMT>-150.25", "<TRNAMT>(150.25)"), 31, "amount cannot be read"),
    "no_amount": (sub("<TRNAMT>500.00\n", ""), 20, "amount cannot be read"),
    "amount_twice": (sub("<TRNAMT>500.00\n", "<TRNAMT>500.00\n<TRNAMT>5.00\n"), 24, "stands twice"),
    "impossible_day": (sub("20251114", "20251131"), 30, "date cannot be read"),
    "no_day": (sub("<DTPOSTED>20251114\n", ""), 28, "date cannot be read"),
    "outside_days": (sub("<DTPOSTED>20251114", "<DTPOSTED>20251014"), 14, "outside the days"),
    "no_account": (sub(f"<ACCTID>{A1}", "<ACCTID>"), 16, "which account it is of"),
    "no_account_at_all": (lambda text: text.replace(text.splitlines()[15] + "\n", ""), 17, "which account it is of"),
    "not_ours": (sub(A1, "40703810900000009999"), 14, "not ours: 40703810…9999"),
    "other_currency": (sub("<CURDEF>RUB", "<CURDEF>USD"), 14, "in another currency"),
    "unknown_encoding": (sub("CHARSET:1251", "CHARSET:NONE"), 1, "encoding of the file cannot be told"),
    "investments": (sub("STMTTRNRS", "INVSTMTTRNRS", "STMTRS>", "INVSTMTRS>", "BANKACCTFROM", "INVACCTFROM", "BANKTRANLIST", "INVTRANLIST"), 14, "investment account"),
    "two_accounts": (lambda text: text.replace("</STMTRS>", "</STMTRS>" + text[text.index("<STMTRS>") : text.index("</STMTRS>")] + "</STMTRS>"), 14, "lacks its opening or its closing"),
}  # fmt: skip


def files() -> dict[str, bytes]:
    """Name -> bytes of every sample, ``refused/`` before the bad ones."""
    found: dict[str, bytes] = {}
    for name, edit in CAMT_GOOD.items():
        encoding = {"windows_1251": "windows-1251", "utf_16": "utf-16"}.get(name, "utf-8")
        found[f"camt_{name}.xml"] = edit(CAMT).encode(encoding)
    for name, (edit, _line, _said) in CAMT_BAD.items():
        found[f"refused/camt_{name}.xml"] = edit(CAMT).encode()
    for name, edit in MT_GOOD.items():
        end = "\n" if name == "line_feeds" else "\r\n"
        found[f"mt940_{name}.sta"] = edit(MT).replace("\n", end).encode(MT_ENCODINGS.get(name, "utf-8"))
    for name, (edit, _line, _said) in MT_BAD.items():
        found[f"refused/mt940_{name}.sta"] = edit(MT).replace("\n", "\r\n").encode()
    for name, edit in OFX_GOOD.items():
        found[f"ofx_{name}.ofx"] = edit(OFX).encode(OFX_ENCODINGS.get(name, "windows-1251"))
    for name, (edit, _line, _said) in OFX_BAD.items():
        found[f"refused/ofx_{name}.ofx"] = edit(OFX).encode("utf-8" if name == "doctype" else "windows-1251")
    return found


REFUSED: dict[str, tuple[int, str]] = {
    **{f"camt_{name}.xml": (line, said) for name, (_edit, line, said) in CAMT_BAD.items()},
    **{f"mt940_{name}.sta": (line, said) for name, (_edit, line, said) in MT_BAD.items()},
    **{f"ofx_{name}.ofx": (line, said) for name, (_edit, line, said) in OFX_BAD.items()},
}
"""Bad file -> line (0: the file as a whole) and a part of the message."""
OPENING_GIVEN: dict[str, Balances] = {
    "camt_notification.xml": typed(100_000, 134_975),
    "mt940_interim.sta": typed(100_000, 134_975),
    **{f"ofx_{name}.ofx": typed(100_000) for name in (*OFX_GOOD, *OFX_BAD) if name != "no_opening"},
    "ofx_credit_card.ofx": typed(-1_000_000),
    "ofx_balance_later.ofx": typed(100_000, 134_975),
}
"""File -> the balances that a person types for it."""

if __name__ == "__main__":
    for path, data in files().items():
        (Path(__file__).parent / path).write_bytes(data)
