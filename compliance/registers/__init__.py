"""Registers that say what one bank line is made of: payroll lists, an acquirer's days, a split tax payment.

A register is evidence: the original is sealed in the vault, the ledger keeps its digest, head-counts
and parts, never a name. It adds up to its bank line or it is refused with the difference. Booking
from it is sorting the line; ``compare`` says later whether the books still say what it says.
"""
