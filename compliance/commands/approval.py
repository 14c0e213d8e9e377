"""``approve`` and ``approval``: somebody with a key agrees to a report before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from compliance.commands import approval_away
from compliance.commands.app import App, pass_app
from compliance.commands.approval_shared import SHOWN, printed, ready, record
from compliance.commands.ask import period as parsed_period
from compliance.commands.ask import yes
from compliance.commands.output import Column, clean, emit, format_option, say
from compliance.errors import Refused, UsageError
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.checks.registry import Context
    from compliance.filings.approval import Step
    from compliance.filings.draft import Draft
    from compliance.ledger.models import Signer
    from compliance.vault.vault import Vault


@click.command(help=_("Agree to a report as it stands, with your key. A changed figure voids it."))
@click.argument("name", metavar="FORM")
@click.argument("period", metavar="PERIOD")
@click.option("--as", "role", metavar="ROLE", help=_("For which role: accountant, director, ..."))
@click.option("--key", "signer", metavar="ID", help=_("Which key, where a role has several"))
@click.option("--yes", "given", is_flag=True, help=_("Do not ask; the passphrase is asked for all the same"))
@pass_app
def approve(app: App, name: str, period: str, role: str | None, signer: str | None, given: bool) -> None:
    from compliance.commands.check import context
    from compliance.filings import approval
    from compliance.reports.contents import contents
    from compliance.vault import signing

    span = parsed_period(period)
    with context(app) as ctx:
        found = ready(ctx, name, span)
        assert found.report is not None
        content = contents(found.report)
        steps = approval.steps(approval.roles(ctx.config, ctx.today) or (), found.subject, content, ctx.books)
        role = _role(role, steps)
        who, sealed = _key_here(ctx, role, signer)
        before = _before(ctx.vault, steps, role)
    _show(found, steps, before, content)
    if not yes(
        _("Do you ({role}) agree that this is sent?").format(role=approval.role_word(role)), given=given
    ):
        say(_("Nothing was recorded."))
        raise click.exceptions.Exit(1)
    text = approval.text(found.subject, role, content, app.today)
    signature = signing.sign(
        signing.parse(sealed, who.entity),
        app.passphrase(_("Passphrase of the key {key}").format(key=who.entity)),
        text,
    )
    record(app, name, span, who, approval.Signed(text, signature, who.public, content))


def _role(role: str | None, steps: list[Step]) -> str:
    """The role that was named; without one, the next that is wanted. Earlier ones come first."""
    wanted = [step.role for step in steps]
    open_ = [step.role for step in steps if step.state != "approved"]
    if role is None:
        if not open_:
            raise UsageError(
                _("who approves? --as is missing"),
                remedy=_(
                    "Say who must approve in schedules.yaml: approval: {2026-01-01: [accountant, director]}"
                )
                if not wanted
                else "",
            )
        return open_[0]
    if wanted and role not in wanted:
        raise UsageError(
            _("--as: nobody asks for an approval by {role}").format(role=role),
            remedy=_("schedules.yaml asks for: {roles}").format(roles=", ".join(wanted)),
        )
    before = [name for name in open_ if wanted.index(name) < wanted.index(role)] if wanted else []
    if before:
        raise Refused(
            _("{role} approves after {before}").format(role=role, before=", ".join(before)),
            remedy=_("First: compliance approve ... --as {before}").format(before=before[0]),
        )
    return role


def _key_here(ctx: Context, role: str, signer: str | None) -> tuple[Signer, bytes]:
    """The trusted key of the role whose private half is kept here."""
    from compliance.ledger.models import Signer

    mine = [
        (item, sealed)
        for item in ctx.books.facts(Signer).values()
        if item.role == role and item.state == "trusted" and signer in (None, item.entity)
        if (sealed := ctx.vault.signing_key(item.entity)) is not None
    ]
    if len(mine) > 1:
        names = ", ".join(item.entity for item, _sealed in mine)
        raise UsageError(
            _("there are several keys for {role}: say --key, one of {names}").format(role=role, names=names)
        )
    if not mine:
        raise Refused(
            _("there is no key for {role} in these books").format(role=role),
            remedy=_(
                "Make one: compliance key make {role}. If {role} works on another computer: compliance approval request FORM PERIOD OUT"
            ).format(role=role),
        )
    return mine[0]


def _before(vault: Vault, steps: list[Step], role: str) -> dict[str, Any] | None:
    """What the role approved last, where that is another report by now."""
    from compliance.filings import approval

    step = next((item for item in steps if item.role == role and item.state == "changed"), None)
    return approval.approved_content(step.approval, vault) if step and step.approval else None


def _show(
    found: Draft, steps: list[Step], before: Mapping[str, Any] | None, content: Mapping[str, Any]
) -> None:
    """What one agrees to: the figures a director recognises, who agreed already, what is new since last time."""
    from compliance.filings import approval
    from compliance.filings.draft import told_rows

    assert found.report is not None
    say(clean(f"{found.title}, {found.subject.period.label}"))
    for row in told_rows(found):
        say(clean(f"{row.caption.text}: {row.cells[-1].units}"))
    if found.report.working_copy:
        say(_("This is a WORKING COPY: not every caption was compared with the official form."))
    for step in steps:
        if step.state == "approved" and step.approval is not None:
            say(
                _("approved by {role} on {day}").format(
                    role=approval.role_word(step.role), day=approval.told_on(step.approval)
                )
            )
    if before is not None:
        say(_("Since you approved it last time, this has changed:"))
        for cell, words, old, new in approval.changed(before, content)[:SHOWN]:
            say(clean(f"  {words or cell}: {printed(old)} → {printed(new)}"))


@click.group(help=_("Approvals: who agreed to what; and by people on another computer"))
def approval() -> None:
    pass


@approval.command("list", help=_("Who agreed to which report, and whether that still counts."))
@click.argument("name", metavar="[FORM]", required=False)
@click.argument("period", metavar="[PERIOD]", required=False)
@format_option
@pass_app
def list_(app: App, name: str | None, period: str | None, fmt: str) -> None:
    from compliance.commands.check import context
    from compliance.filings.approval import role_word
    from compliance.filings.draft import draft
    from compliance.ledger.models import Approval

    with context(app) as ctx:
        if name and period:
            subjects = [draft(ctx, name, parsed_period(period))]
        else:
            from compliance.filings.draft import obligation
            from compliance.periods import ONE_DAY, Period

            only = obligation(ctx, name).id if name else None
            keys = {
                (item.obligation, item.start_on, item.last_on)
                for item in ctx.books.facts(Approval).values()
                if only in (None, item.obligation)
            }
            subjects = [draft(ctx, key, Period(start, last + ONE_DAY)) for key, start, last in sorted(keys)]
        rows = [row for found in subjects for row in _rows(ctx, found)]
    columns = [
        Column("name", _("Report")), Column("period", _("Period")), Column("role", _("Role")), Column("state", _("State")),
        Column("on", _("Day")), Column("signer", _("Signed by")),
    ]  # fmt: skip
    if fmt == "table":
        words = {
            "missing": _("not approved"), "approved": _("approved"), "changed": _("approved, but changed since"),
            "revoked": _("the key did not count"), "unverified": _("the signature does not fit"), "filed": _("approved and sent"),
        }  # fmt: skip
        rows = [
            row | {"state": words[str(row["state"])], "role": role_word(str(row["role"]))} for row in rows
        ]
    emit(rows, columns, "approvals/1", fmt, empty=_("Nobody has approved anything yet."))


def _rows(ctx: Context, found: Draft) -> list[dict[str, object]]:
    from compliance.filings import act
    from compliance.filings import approval as approvals
    from compliance.ledger.models import Approval
    from compliance.reports.contents import contents

    wanted = list(approvals.roles(ctx.config, ctx.today) or ())
    standing = act.current(ctx.books, found.subject.obligation, found.subject.period)
    given = [
        item.role
        for item in ctx.books.facts(Approval).values()
        if (item.obligation, item.last_on) == (found.subject.obligation, found.subject.period.last)
    ]
    content = contents(found.report) if found.report is not None else {}
    steps = approvals.steps(
        [*wanted, *(role for role in given if role not in wanted)], found.subject, content, ctx.books
    )
    return [
        {
            "name": found.subject.name,
            "period": found.subject.period.label,
            "role": step.role,
            "state": "filed"
            if standing is not None and step.state in ("approved", "changed")
            else step.state,
            "on": approvals.told_on(step.approval) if step.approval else None,
            "signer": step.approval.signer if step.approval else None,
        }
        for step in steps
    ]


for _command in ("request", "sign", "accept"):
    approval.add_command(getattr(approval_away, _command))
