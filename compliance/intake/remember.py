"""A rule made from one sorted line: the same counterparty, account and direction mean the same again."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.errors import UsageError
from compliance.i18n import _
from compliance.intake.attribution import AttributionRule, keep
from compliance.intake.behalf import of_line
from compliance.intake.nested import taken_apart
from compliance.intake.parts import FIELDS, Part
from compliance.ledger.lines import BankLine
from compliance.vault.vault import Vault


def remember(vault: Vault, line: BankLine, parts: Sequence[Part]) -> str:
    """Keep the rule and return its id. ``UsageError`` where nothing tells the counterparty, or for a split."""
    if len(parts) != 1:
        raise UsageError(_("a split line cannot be remembered: its parts differ from time to time"))
    text = vault.line_text(line.identity)
    # A foreign sender has no tax number; then its name is all there is.
    who = (
        {"tax_id": text["tax_id"]}
        if text.get("tax_id")
        else {"payer": taken_apart(text.get("name", "")).name}
    )
    if not any(who.values()):
        raise UsageError(
            _("the bank names no counterparty on this line"),
            remedy=_("Say by which words to know it: compliance queue rule add --purpose-contains “...”"),
        )
    told = {name: getattr(parts[0], name) for name in FIELDS if name != "amount"}
    rule = AttributionRule(
        id=f"line-{line.handle}",
        on_account=line.account,
        direction="in" if line.amount_minor > 0 else "out",
        behalf=of_line(text) if line.amount_minor > 0 else None,
        **who,
        **told,
    )
    keep(vault, rule)
    return rule.id
