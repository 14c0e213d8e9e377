"""Approval: somebody with a key agrees to a report as it stands, and a changed byte voids it.

What is signed names the obligation, the period, the role and the digest of everything the report prints
(`reports.contents`), the digests of the rule packs among it. The books keep text and signature, the vault
what was approved, so that a difference can be told cell by cell.

Two computers and no server: the accountant hands out a request (the report's contents and papers in one
file), the director signs it with a key of her own, and the small approval file that comes back is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from compliance import packed
from compliance.errors import InputError
from compliance.findings import Finding
from compliance.i18n import _, day_text
from compliance.ledger.models import Approval, Signer
from compliance.periods import ONE_DAY, Period
from compliance.reports import contents
from compliance.vault import signing
from compliance.vault.vault import canonical

if TYPE_CHECKING:
    from compliance.filings.act import Subject
    from compliance.ledger.books import Books
    from compliance.vault.vault import Vault
    from compliance.workspace import Config

_TEXT = "approval-text/1"
_REQUEST = "approval-request/1"
_FILE = "approval/1"
REQUEST = "request.json"


@dataclass(frozen=True, slots=True)
class Signed:
    """``text`` as signed, by which key; ``content`` what the report printed then."""

    text: str
    signature: str
    public: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One role that must approve. ``state``: missing, approved, changed (it was approved as something else),
    revoked (the key was withdrawn before it signed), unverified (the signature does not fit)."""

    role: str
    state: str
    approval: Approval | None = None


def entity(obligation: str, period: Period, role: str) -> str:
    return f"{obligation}/{period.last.isoformat()}/{role}"


def text(subject: Subject, role: str, content: Mapping[str, Any], on: date) -> str:
    """The words that are signed; the same for the same things everywhere."""
    return canonical(
        {
            "schema": _TEXT,
            "obligation": subject.obligation,
            "first_on": subject.period.start.isoformat(),
            "last_on": subject.period.last.isoformat(),
            "role": role,
            "content": contents.content_digest(content),
            "on": on.isoformat(),
        }
    )


def roles(config: Config, today: date) -> Sequence[str] | None:
    """Who must approve before something is sent, in order; ``None`` where schedules.yaml does not say."""
    return config.approval_on(today)


def steps(wanted: Sequence[str], subject: Subject, content: Mapping[str, Any], books: Books) -> list[Step]:
    """How far the approvals of one report have come, in the order in which they are wanted."""
    return [_step(role, subject, content, books) for role in wanted]


def _step(role: str, subject: Subject, content: Mapping[str, Any], books: Books) -> Step:
    found = books.facts(Approval).get(entity(subject.obligation, subject.period, role))
    if found is None or found.state != "approved":
        return Step(role, "missing")
    signer = _signer_at(books, found)
    if signer is None or signer.state != "trusted" or signer.role != role:
        return Step(role, "revoked", found)
    if not signing.verify(signer.public, found.signature, found.text) or not _says(found, role):
        return Step(role, "unverified", found)
    state = "approved" if found.content == contents.content_digest(content) else "changed"
    return Step(role, state, found)


def _signer_at(books: Books, approval: Approval) -> Signer | None:
    """The key as it was when the approval was recorded: what is revoked later does not undo it."""
    versions = [item for item in books.versions(Signer, approval.signer) if item.seq <= approval.seq]
    return versions[-1] if versions else None


def _says(found: Approval, role: str) -> bool:
    """The signed words are those of the row."""
    try:
        body = json.loads(found.text)
        return (body["obligation"], body["last_on"], body["role"], body["content"], body["schema"]) == (
            found.obligation, found.last_on.isoformat(), role, found.content, _TEXT,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return False


def record(subject: Subject, role: str, signer: str, signed: Signed, vault: Vault) -> Approval:
    """The fact, its contents put into the vault first."""
    vault.put_blob(f"{signed.content['name']}-approved.json", canonical(signed.content).encode())
    return Approval(
        entity=entity(subject.obligation, subject.period, role),
        obligation=subject.obligation,
        start_on=subject.period.start,
        last_on=subject.period.last,
        role=role,
        signer=signer,
        content=contents.content_digest(signed.content),
        text=signed.text,
        signature=signed.signature,
    )


def approved_content(approval: Approval, vault: Vault) -> dict[str, Any] | None:
    """What was approved, as the vault keeps it."""
    data = vault.blob(approval.content)
    return None if data is None else json.loads(data)


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str, object, object]]:
    """(cell, words of its row, then, now) of every cell that differs; what is not a cell under its own name."""
    told: list[tuple[str, str, object, object]] = []
    old, new = contents.cells(before), contents.cells(now)
    words = contents.captions(before) | contents.captions(now)
    for cell in dict.fromkeys([*old, *new]):
        if old.get(cell) != new.get(cell):
            told.append((cell, words[cell], old.get(cell), new.get(cell)))
    for key in ("title", "head", "rules", "working_copy", "currency", "unit_minor"):
        if before.get(key) != now.get(key):
            told.append((key, "", before.get(key), now.get(key)))
    if not told and canonical(before) != canonical(now):
        told.append(("captions", "", "", ""))
    return told


def lacking(found: Sequence[Step], name: str, period: Period) -> list[Finding]:
    """What stands in the way of sending, each with its remedy; nothing where everybody agreed."""
    return [
        Finding(
            "approval.missing",
            "refusal",
            f"approval:{item.role}",
            _state_words(item),
            _("Ask for it: compliance approve {name} {period} --as {role}").format(
                name=name, period=period.label, role=item.role
            ),
            period=period.label,
        )
        for item in found
        if item.state != "approved"
    ]


def role_word(role: str) -> str:
    """The usual roles as people call them; others as they were typed."""
    words = {
        "accountant": _("the accountant"), "director": _("the director"), "counsel": _("the lawyer"),
        "communications": _("the press officer"),
    }  # fmt: skip
    return words.get(role, role)


def _state_words(item: Step) -> str:
    sentences = {
        "missing": _("not approved by: {role}"),
        "changed": _("the report is no longer what {role} approved"),
        "revoked": _("the key by which {role} approved did not count then"),
        "unverified": _("the approval by {role} does not verify"),
    }
    return sentences[item.state].format(role=role_word(item.role))


# Between two computers


def request(
    subject: Subject, content: Mapping[str, Any], papers: Mapping[str, bytes], roles_: Sequence[str]
) -> bytes:
    """One file to hand to somebody who approves elsewhere: the contents, and the papers to look at."""
    body = {
        "schema": _REQUEST,
        "obligation": subject.obligation,
        "name": subject.name,
        "first_on": subject.period.start.isoformat(),
        "last_on": subject.period.last.isoformat(),
        "roles": list(roles_),
        "content": dict(content),
    }
    return packed.pack({REQUEST: canonical(body).encode(), **papers})


@dataclass(frozen=True, slots=True)
class Request:
    """``papers``: name -> bytes."""

    subject: Subject
    content: dict[str, Any]
    papers: dict[str, bytes]


def read_request(data: bytes, place: str) -> Request:
    """``InputError`` for what is no request of ours, or one whose parts do not belong together."""
    from compliance.filings.act import Subject

    try:
        files = packed.unpack(data)
        body = json.loads(files.pop(REQUEST))
        if body["schema"] != _REQUEST or body["content"]["schema"] != contents.SCHEMA:
            raise ValueError
        content = body["content"]
        contents.cells(content), contents.captions(content)
        span = _span(body)
        if _span(content) != span or content["name"] != body["name"]:
            raise ValueError
        return Request(Subject(str(body["obligation"]), str(body["name"]), None, span, ()), content, files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            _("this is not a request for an approval, or it is damaged"),
            place=place,
            remedy=_("Have it made again: compliance approval request FORM PERIOD OUT"),
        ) from None


def _span(body: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(body["first_on"]), date.fromisoformat(body["last_on"]) + ONE_DAY)


def approval_file(signed: Signed) -> bytes:
    """The small file that goes back."""
    body = {
        "schema": _FILE,
        "text": signed.text,
        "signature": signed.signature,
        "public": signed.public,
        "content": signed.content,
    }
    return (json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_approval(data: bytes, place: str) -> tuple[str, Signed]:
    """(role, what was signed); ``InputError`` unless signature, words and contents fit each other."""
    try:
        body = json.loads(data)
        said = json.loads(body["text"])
        signed = Signed(body["text"], body["signature"], body["public"], body["content"])
        whole = (
            body["schema"] == _FILE
            and said["schema"] == _TEXT
            and said["content"] == contents.content_digest(signed.content)
            and signing.verify(signed.public, signed.signature, signed.text)
        )
        contents.cells(signed.content), contents.captions(signed.content)
        role = str(said["role"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole, role = False, ""
    if not whole:
        raise InputError(
            _("this is not an approval, or something in it was changed"),
            place=place,
            remedy=_("Have it signed again: compliance approval sign REQUEST --key KEY"),
        )
    return role, signed


def trusted(books: Books, public: str, role: str) -> Signer | None:
    """The signer whose key this is, where it counts for ``role`` today."""
    return next(
        (
            item
            for item in books.facts(Signer).values()
            if item.public == public and item.role == role and item.state == "trusted"
        ),
        None,
    )


def given_for(
    books: Books, obligation: str, last_on: date, content: str | None
) -> list[tuple[Approval, Signer]]:
    """Every approval of exactly these contents with the key it was made by, as that key was then; by role.

    An approval of a later correction stands under the same name: the one before it is not lost.
    """
    found = []
    for entity_, newest in sorted(books.facts(Approval).items()):
        if (newest.obligation, newest.last_on) != (obligation, last_on):
            continue
        same = [
            item
            for item in books.versions(Approval, entity_)
            if item.content == content and item.state == "approved"
        ]
        signer = _signer_at(books, same[-1]) if same else None
        if signer is not None:
            found.append((same[-1], signer))
    return found


def told_on(approval: Approval) -> str:
    """The day that stands in the signed words, for people."""
    return day_text(date.fromisoformat(str(json.loads(approval.text)["on"])))
