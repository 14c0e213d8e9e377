"""Things that are kept and money on its way: is there an act, a place; is a cheque out of time; is more settled than was owed?"""

from __future__ import annotations

from compliance.checks.registry import Context, Findings, check
from compliance.findings import Finding
from compliance.i18n import N_, _, day_text, language
from compliance.ledger.debts import open_debts
from compliance.ledger.models import Asset, Cheque
from compliance.money import display


@check(
    "asset.incomplete",
    "paper",
    N_("A thing that is kept without an act of acceptance, a place, or a paper of its disposal"),
)
def incomplete(context: Context) -> Findings:
    for entity, asset in context.books.facts(Asset).items():
        wanted = []
        if asset.act is None:
            wanted.append((_("an act of acceptance"), "--act"))
        if asset.disposed_on is None and not asset.place:
            wanted.append((_("a place"), "--place"))
        if asset.kind == "immovable" and not asset.size:
            wanted.append((_("a size"), "--size"))
        if asset.disposed_on is not None and asset.disposal is None:
            wanted.append((_("a paper of its disposal"), "--disposal"))
        if wanted:
            yield Finding(
                "asset.incomplete",
                "error",
                f"asset:{entity}",
                _("“{title}” for {amount} {currency} of {day} lacks: {what}").format(
                    title=asset.title,
                    amount=display(asset.amount_minor, asset.currency, language()),
                    currency=asset.currency,
                    day=day_text(asset.acquired_on),
                    what=", ".join(what for what, _option in wanted),
                ),
                _("Add it: compliance record asset --id {id} {options}").format(
                    id=entity, options=" ".join(f"{option} ..." for _what, option in wanted)
                ),
            )


@check("cheque.stale", "books", N_("A cheque that nobody presented while the bank still paid it"))
def stale(context: Context) -> Findings:
    cheques = context.books.facts(Cheque)
    for debt in open_debts(context.books):
        cheque = cheques.get(debt.document or "")
        if cheque is None or debt.amount_minor <= 0:
            continue
        if cheque.valid_until is None or cheque.valid_until >= context.today:
            continue
        txn = next((number for number in context.books.resting_on(cheque.entity)), 0)
        yield Finding(
            "cheque.stale",
            "error",
            f"cheque:{cheque.entity}",
            _(
                "cheque {number} of {day} for {amount} {currency} was not presented; the bank pays it no more"
            ).format(
                number=cheque.number,
                day=day_text(cheque.issued_on),
                amount=display(debt.amount_minor, debt.currency, language()),
                currency=debt.currency,
            ),
            _('Undo it: compliance record reverse {txn} --on {day} --because "not presented"').format(
                txn=txn, day=context.today.isoformat()
            ),
        )


@check(
    "debt.negative", "books", N_("More was paid, delivered or reported on a paper than there was to settle")
)
def negative(context: Context) -> Findings:
    """Commands refuse it while it is written; it comes about where one half is undone and the other is not."""
    titles = {key: item.title for key, item in context.books.funds.items()}
    for debt in open_debts(context.books):
        if debt.amount_minor < 0:
            yield Finding(
                "debt.negative",
                "error",
                f"document:{debt.document or debt.account}",
                _(
                    "“{paper}” of {fund}: {amount} {currency} more was paid, delivered or reported than there was to settle"
                ).format(
                    paper=debt.document or debt.account,
                    fund=titles.get(debt.fund, debt.fund),
                    amount=display(-debt.amount_minor, debt.currency, language()),
                    currency=debt.currency,
                ),
                _(
                    "If one half was undone, undo the other too or record the first anew: compliance list transactions,"
                    " then compliance record reverse NUMBER"
                ),
            )
