"""Who paid or was paid, and what for: ``TxDtls`` of a camt entry, or the entry itself where it has none."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.importers._camt_xml import Tree
from compliance.importers.accounts import bare, currency_code, iban_country
from compliance.importers.model import Party

_NO_REFERENCE = {"", "NOTPROVIDED", "NONREF"}
_TAX_SCHEMES = {"TXID", "INN", "ИНН", "TIN"}
_NOBODY = Party()


@dataclass(frozen=True, slots=True)
class Detail:
    """One ``TxDtls``. ``amount`` and ``currency`` as written; ``sign`` 1, -1, or 0 where it does not say.

    ``payer`` and ``payee`` are both sides: which one is the other side depends on the entry.
    """

    amount: str
    currency: str
    sign: int
    ref: str
    payer: Party
    payee: Party
    purpose: str
    codes: list[tuple[str, str]]


def sign_of(tree: Tree) -> int:
    """1 for money in, -1 for money out by ``CdtDbtInd``; 0 without it."""
    return {"CRDT": 1, "DBIT": -1}.get(tree.text("CdtDbtInd"), 0)


def detail(tree: Tree, *, brief: bool) -> Detail:
    """``brief``: its share only."""
    amount = tree.node("Amt")
    if amount is None:
        amount = tree.node("AmtDtls/TxAmt/Amt")
    written = "" if amount is None else (amount.text or "").strip()
    currency = "" if amount is None else currency_code(amount.get("Ccy", ""))
    if brief:
        return Detail(written, currency, sign_of(tree), "", _NOBODY, _NOBODY, "", [])
    return Detail(
        amount=written,
        currency=currency,
        sign=sign_of(tree),
        ref=reference(tree, "Refs/AcctSvcrRef", "Refs/EndToEndId", "Refs/TxId", "Refs/InstrId", "Refs/ChqNb"),
        payer=_party(tree, "Dbtr"),
        payee=_party(tree, "Cdtr"),
        purpose=_purpose(tree),
        codes=codes(tree),
    )


def reference(tree: Tree, *paths: str) -> str:
    """The first reference that is one: ``NOTPROVIDED`` is not."""
    return next((found for path in paths if (found := tree.text(path)) not in _NO_REFERENCE), "")


def _party(tree: Tree, who: str) -> Party:
    side, agent = f"RltdPties/{who}", f"RltdAgts/{who}Agt/FinInstnId"
    # From version 8 on a party is a person or an agent, one level deeper.
    for deeper in (f"{side}/Pty", f"{side}/Agt/FinInstnId"):
        if deeper in tree:
            side = deeper
            break
    number = f"RltdPties/{who}Acct/"
    account = bare(
        tree.text(*(number + path for path in ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Prxy/Id")))
    )
    ultimate = f"RltdPties/Ultmt{who}"
    return Party(
        name=tree.text(f"{side}/Nm"),
        tax_id=_tax_number(tree, side),
        account=account,
        bic=tree.text(f"{agent}/BICFI", f"{agent}/BIC", f"{agent}/ClrSysMmbId/MmbId"),
        bank_name=tree.text(f"{agent}/Nm"),
        country=tree.text(f"{side}/PstlAdr/Ctry", f"{side}/CtryOfRes") or iban_country(account),
        address=_address(tree, f"{side}/PstlAdr") if f"{side}/PstlAdr" in tree else "",
        ultimate=tree.text(f"{ultimate}/Pty/Nm", f"{ultimate}/Nm"),
    )


def _tax_number(tree: Tree, side: str) -> str:
    for kind in ("OrgId", "PrvtId"):
        for other in tree.get(f"{side}/Id/{kind}/Othr", ()):
            found = Tree(other)
            if found.text("SchmeNm/Cd", "SchmeNm/Prtry").upper() in _TAX_SCHEMES:
                return found.text("Id")
    return ""


def _address(tree: Tree, path: str) -> str:
    street = " ".join(part for part in (tree.text(f"{path}/StrtNm"), tree.text(f"{path}/BldgNb")) if part)
    town = " ".join(part for part in (tree.text(f"{path}/PstCd"), tree.text(f"{path}/TwnNm")) if part)
    lines = tree.texts(f"{path}/AdrLine")
    return ", ".join(part for part in (street, town, tree.text(f"{path}/CtrySubDvsn"), *lines) if part)


def _purpose(tree: Tree) -> str:
    said = (
        tree.texts("RmtInf/Ustrd")
        + tree.texts("RmtInf/Strd/CdtrRefInf/Ref")
        + tree.texts("RmtInf/Strd/AddtlRmtInf")
    )
    return " ".join(part for part in said if part) or tree.text("AddtlTxInf")


def codes(tree: Tree) -> list[tuple[str, str]]:
    """What else is said of the money: another currency, the rate, charges, why it came back."""
    found = []
    own, instructed = tree.node("AmtDtls/TxAmt/Amt"), tree.node("AmtDtls/InstdAmt/Amt")
    if instructed is not None and (own is None or own.get("Ccy") != instructed.get("Ccy")):
        found.append(("OCMT", f"{instructed.get('Ccy', '')}{(instructed.text or '').strip()}"))
    parts = ("TxAmt", "CntrValAmt", "InstdAmt")
    if rate := tree.text(*(f"AmtDtls/{part}/CcyXchg/XchgRate" for part in parts)):
        found.append(("EXCH", rate))
    for charges in tree.get("Chrgs/Rcrd", tree.get("Chrgs", ())):
        record = Tree(charges)
        amount = record.node("Amt")
        if amount is None:
            amount = record.node("TtlChrgsAndTaxAmt")
        if amount is not None and (amount.text or "").strip(" 0.") and record.text("ChrgInclInd") != "false":
            found.append(("CHGS", f"{amount.get('Ccy', '')}{(amount.text or '').strip()}"))
    if returned := tree.text("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"):
        found.append(("RETN", returned))
    return found
