"""What a bank says of a payment beside its purpose, in the code words of SWIFT messages.

MT940 carries them in ``:86:`` as text; what camt and OFX say in elements of their own is added to the
purpose in the same words, so that nothing that a person needs for sorting is lost.
"""

from __future__ import annotations

from collections.abc import Iterable


def with_codes(purpose: str, codes: Iterable[tuple[str, str]]) -> str:
    """``purpose`` and ``/CODE/value`` for each value that is not empty.

    ``OCMT`` the amount in the original currency, ``EXCH`` the rate, ``CHGS`` charges inside the
    amount, ``RETN`` why a payment came back.
    """
    return " ".join(
        part for part in (purpose, *(f"/{code}/{value}" for code, value in codes if value)) if part
    )
