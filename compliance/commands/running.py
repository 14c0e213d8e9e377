"""Running one command to its exit code: the one place where what ended it becomes words and a number."""

from __future__ import annotations

import io
import os
import sys

import click

from compliance.errors import ComplianceError, SetupError
from compliance.i18n import _


def run_command(root: click.Command, arguments: list[str]) -> int:
    """``arguments`` are the words after ``compliance``. What ``main``, the demo and tests call."""
    try:
        # Outside standalone mode Click returns the code of ctx.exit() instead of raising it.
        code = root.main(args=arguments, prog_name="compliance", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped. Nothing more was changed."), err=True)
        return 130
    except ComplianceError as error:
        click.echo(_speak(error), err=True)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A name too long, a folder where a file is, a disk that fails: the system's answer, not our bug.
        place = "" if error.filename is None else str(error.filename)
        refusal = SetupError(_("the system refuses it"), place=place, why=error.strerror or "")
        click.echo(_speak(refusal), err=True)
        return refusal.exit_code
    except Exception as error:
        return _our_bug(error)


def _show(error: click.ClickException) -> None:
    """What Click says, with words of the command line in it that a terminal would obey."""
    from compliance.commands.output import clean

    text = io.StringIO()
    error.show(file=text)
    click.echo(clean(text.getvalue(), keep_newlines=True), err=True, nl=False)


def _speak(error: ComplianceError) -> str:
    from compliance.commands.output import clean

    head = f"{error.place}: {error.what}" if error.place else error.what
    lines = [head, *(part for part in (error.why, error.remedy) if part)]
    return "\n".join(clean(line, keep_newlines=True) for line in lines)


def _our_bug(error: Exception) -> int:
    """A traceback holds values; only the place of the fault is shown unless asked for."""
    if os.environ.get("COMPLIANCE_TRACEBACK"):
        raise error
    import traceback
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "compliance" in frame.filename] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    click.echo(
        _("This is a mistake of the program ({kind} at {place}). What was recorded before is safe.").format(
            kind=type(error).__name__, place=place
        ),
        err=True,
    )
    return 70
