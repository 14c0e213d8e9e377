"""Stored words (ids, never translated) as people read them in a table; programs get the ids.

A word that is not in these lists is a person's own (a kind of activity, a channel) and stays as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.rules import Rules


def in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same row with the values of the known fields in the interface language."""
    return {key: word(key, value) if isinstance(value, str) else value for key, value in row.items()}


def word(field: str, value: str) -> str:
    """One value of a field, as people say it; the value itself where no list has it."""
    return _OF_FIELD[field]().get(value, value) if field in _OF_FIELD else value


def with_line(rules: Rules, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the words of the form beside the id of its form line: the id is what is typed."""
    line, lines = row.get("expense_line"), form_lines(rules)
    return {**row, "expense_line": f"{line} {lines[line]}"} if line in lines else dict(row)


def form_lines(rules: Rules) -> dict[str, str]:
    """Form line -> its short title in the packs' chart, else the words of the form."""
    short = {row.expense_line: row.title for row in rules.chart.values() if row.expense_line}
    return rules.expense_lines | short


def kinds() -> dict[str, str]:
    """Of sources, transactions, papers and closed periods: no id means two things."""
    return {
        "state": _("foreign state"), "state_body": _("foreign state body"),
        "international_organisation": _("international organisation"),
        "foreign_organisation": _("foreign organisation"), "foreign_person": _("foreign citizen"),
        "stateless_person": _("stateless person"), "domestic_organisation": _("domestic organisation"),
        "domestic_person": _("domestic citizen"), "unknown_citizenship": _("citizenship not known"),
        "state_budget": _("budget"), "own_income": _("own income"),
        "opening": _("opening balance"), "income": _("income"), "expense": _("expense"),
        "transfer": _("transfer"), "exchange": _("exchange"), "in_kind": _("in kind"),
        "refund": _("refund of a gift"), "line": _("bank line"), "assign": _("sorted line"), "reverse": _("reversal"),
        "agreement": _("agreement"), "invoice": _("invoice"), "act": _("act"), "bill": _("bill"),
        "receipt": _("receipt"), "protocol": _("minutes"), "sent": _("as sent"),
        "baseline": _("last filed balance"), "money": _("money"), "activity": _("activity"),
        "application": _("application"), "obligation": _("debt without a payment"), "payable": _("owed to suppliers"),
        "prepaid": _("paid ahead"), "register": _("register"), "payroll": _("payroll"), "acquirer": _("card acquirer"), "tax": _("tax"),
        "advance": _("money handed out"), "advance_report": _("report on an advance"),
        "payment": _("debt paid"), "prepayment": _("prepayment"), "delivery": _("delivery of what was paid ahead"),
        "question": _("question of the authority"), "return": _("sent back"), "notice": _("notice of the authority"),
        "decision": _("decision of the authority"), "inspection": _("inspection"), "answer": _("answer of ours"), "shared": _("shared costs"), "cheque": _("cheque"), "cheques": _("cheques on their way"),
        "political": _("political contribution"), "thing": _("thing of value"), "movable": _("movable"), "immovable": _("land, building"),
    }  # fmt: skip


def line_kinds() -> dict[str, str]:
    """What a statement line can be: the kinds that ``assign`` takes."""
    return {
        "income": _("income"), "refund": _("refund of a gift"), "expense": _("expense"), "fee": _("bank fee"),
        "transfer": _("transfer"), "exchange": _("exchange"), "debt": _("debt paid"),
        "prepayment": _("prepayment"), "advance": _("advance to a person"), "cheque": _("cheque presented"),
    }  # fmt: skip


def account_types() -> dict[str, str]:
    return {
        "asset": _("asset"), "liability": _("liability"), "income": _("income"),
        "expense": _("expense"), "equity": _("equity"),
    }  # fmt: skip


def account_classes() -> dict[str, str]:
    return {
        "bank": _("bank"), "cash": _("cash"), "special": _("special account"), "deposit": _("term deposit"),
        "designated": _("designated account"), "cheques": _("cheques on their way"),
        "shared": _("shared costs"), "payable": _("owed to suppliers"), "prepaid": _("paid ahead"), "advance": _("handed out"),
        "suspense": _("not yet sorted"), "in_transit": _("in transit"), "conversion": _("currency conversion"),
        "opening": _("opening balances"), "due_from": _("lent"), "due_to": _("borrowed"),
        "released": _("given for good"), "in_kind": _("in kind"),
    }  # fmt: skip


def purposes() -> dict[str, str]:
    return {
        "donation": _("donation"), "grant": _("grant"), "membership_fee": _("membership fee"),
        "humanitarian": _("humanitarian aid"), "sale": _("sale of goods or services"),
        "property_sale": _("sale of property"), "interest": _("interest"), "rent": _("rent received"),
        "royalty": _("royalty"), "dividends": _("dividends"), "securities": _("securities"),
        "wages": _("wages"), "charges": _("charges on wages"), "tax": _("tax"), "bank_fee": _("bank fee"),
    }  # fmt: skip


def properties() -> dict[str, str]:
    return {
        "money": _("money"), "fixed_asset": _("fixed asset"), "other_property": _("other property"),
        "help": _("help"),
    }  # fmt: skip


def states() -> dict[str, str]:
    return {
        "planned": _("planned"), "held": _("held"), "not_held": _("not held"), "loaded": _("loaded"),
        "undone": _("undone"), "decided": _("decided"), "withdrawn": _("withdrawn"), "filed": _("filed"),
        "accepted": _("accepted"), "returned": _("returned"), "open": _("not decided"),
        "registrable": _("to be reported"), "not_registrable": _("not to be reported"), "given": _("given"),
        "sorted": _("sorted"), "waiting": _("not sorted"), "issued": _("not presented yet"), "presented": _("presented"),
    }  # fmt: skip


def methods() -> dict[str, str]:
    """How a contact was made."""
    return {
        "meeting": _("meeting"), "call": _("call"), "letter": _("letter"), "email": _("e-mail"),
        "message": _("message"), "event": _("event"),
    }  # fmt: skip


def media() -> dict[str, str]:
    return {
        "post": _("post"), "article": _("article"), "poster": _("poster"), "image": _("image"),
        "video": _("video"), "audio": _("audio"), "podcast": _("podcast"), "letter": _("letter"),
        "text": _("text"),
    }  # fmt: skip


def _others() -> dict[str, str]:
    return {
        "met": _("right"), "not_met": _("NOT RIGHT"), "not_measurable": _("not measurable"), "none": _("no file seen"),
        "organisation": _("the organisation"), "executive": _("executive body"), "council": _("council"),
        "staff": _("staff"), "founders": _("founders"),
    }  # fmt: skip


_OF_FIELD = {
    "kind": kinds, "type": account_types, "account_class": account_classes, "purpose": purposes,
    "property": properties, "state": states, "medium": media, "label_verdict": _others, "on_behalf": _others,
    "body": _others, "method": methods,
}  # fmt: skip
