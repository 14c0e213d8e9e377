"""The words of rule packs as people read them; programs get the packs' own."""

from __future__ import annotations

from typing import Any

from compliance.i18n import _, ngettext


def status_word(status: str) -> str:
    """Whether a rule stands."""
    return {
        "in_force": _("in force"),
        "not_yet": _("not yet in force"),
        "proposed": _("proposed"),
        "expected": _("expected"),
        "rejected": _("rejected"),
        "suspended": _("suspended"),
        "struck_down": _("struck down"),
        "void_ab_initio": _("void from the start"),
        "repealed": _("repealed"),
        "expired": _("expired"),
        "left_out": _("in no rule set"),
    }.get(status, status)


def key_word(key: str) -> str:
    """What a key of a rule says."""
    return {
        "every": _("how often"),
        "upon": _("upon what"),
        "due": _("by when"),
        "correction": _("correction by when"),
        "recipient": _("to whom"),
        "channels": _("how it is sent"),
        "form": _("form"),
        "fee": _("fee"),
        "text": _("wording"),
        "placement": _("where and how large"),
        "elements": _("what must be said"),
        "languages": _("in which language"),
        "classes": _("which source is of which class"),
        "select": _("which money"),
        "only": _("where it may be"),
        "amount": _("what is counted"),
        "of": _("a share of what"),
        "at_most": _("at most"),
        "reaches": _("from"),
        "exceeds": _("more than"),
        "within": _("within"),
        "carry_forward": _("years carried over"),
        "rate": _("rate"),
        "years": _("years"),
        "document": _("paper"),
        "before": _("before"),
        "after": _("after"),
        "says": _("what it says"),
        "if": _("condition"),
        "fines": _("fines"),
    }.get(key, key)


def value_words(key: str, value: Any) -> str:
    """A value of a rule as people say it, on one line."""
    if value is None:
        return ""
    if key in ("due", "correction") and isinstance(value, dict):
        return due_words(value)
    if isinstance(value, dict):
        return "; ".join(
            f"{key_word(name)} ({value_words(name, item)})"
            if isinstance(item, dict)
            else f"{key_word(name)}: {value_words(name, item)}"
            for name, item in value.items()
        )
    if isinstance(value, list):
        parts = [value_words(key, item) for item in value]
        return " | ".join(parts) if any(isinstance(item, dict) for item in value) else ", ".join(parts)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _word(key, str(value))


def _word(key: str, text: str) -> str:
    known = {
        "every": {"month": _("every month"), "quarter": _("every quarter"), "half_year": _("every half-year"), "year": _("every year")},
        "channels": {"portal": _("portal"), "post": _("post"), "email": _("e-mail"), "in_person": _("in person"), "public_page": _("a public page")},
        "upon": {
            "commencement": _("the law's commencement"), "liability": _("becoming liable"), "registration": _("registration"),
            "agreement": _("an agreement"), "activity_start": _("the start of activity"), "change": _("a change"),
            "receipt": _("a receipt"), "payment": _("a payment"), "transmittal": _("a mailing"),
            "publication": _("a publication"), "obligation_end": _("the end of the obligation"), "notice": _("a notice"),
            "voting_period": _("a voting period"),
        },
    }  # fmt: skip
    known["after"] = known["before"] = {
        **known["upon"], "period_end": _("the end of the period"), "period_start": _("the start of the period"),
    }  # fmt: skip
    return known.get(key, {}).get(text, text)


def due_words(due: dict[str, Any]) -> str:
    """A due rule as a sentence; what it is counted from stands with it where the rule says so."""
    for name, told in (
        ("candidates", _("not settled: {days}")),
        ("earliest", _("the earlier of: {days}")),
        ("latest", _("the later of: {days}")),
    ):
        if due.get(name):
            return told.format(days=" | ".join(due_words(item) for item in due[name]))
    anchor = next((_word("after", str(due[side])) for side in ("after", "before") if due.get(side)), "")
    side = _(" before: {what}") if due.get("before") else _(" after: {what}")
    return _due_count(due) + (side.format(what=anchor) if anchor else "")


def _due_count(due: dict[str, Any]) -> str:
    if due.get("day"):
        told = ngettext("day {day} of the month after", "day {day} of month {n} after", due["of_month"])
        return told.format(day=due["day"], n=due["of_month"])
    for name, n in due.items():
        if name == "months":
            return ngettext("{n} month", "{n} months", n).format(n=n)
        if name == "days":
            return ngettext("{n} day", "{n} days", n).format(n=n)
        if name == "working_days":
            return ngettext("{n} working day", "{n} working days", n).format(n=n)
        if name == "hours":
            return ngettext("{n} hour", "{n} hours", n).format(n=n)
        if name == "on":
            return str(n)
    return _("until then")


def sure_words(key: str, confidence: str) -> str:
    """How sure a value is; only of a day can the earlier one be taken."""
    from compliance.filings.why import confidence_words

    if confidence == "uncertain" and key not in ("due", "correction"):
        return _("sources differ, or it is our own reading")
    return confidence_words(confidence)
