"""``due``: one date per filing; the doubts behind it with ``--why``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from compliance.commands.app import App, pass_app
from compliance.commands.output import Column, clean, emit, format_option, out
from compliance.i18n import _

if TYPE_CHECKING:
    from compliance.deadlines import Deadline
