"""Every message is translated, and everything said to a person is a message."""

from __future__ import annotations

import ast
import gettext
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import write_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance import catalogues

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "compliance"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "ntranslated": (2, 3),
}
TRANSLATED = ("_", "N_", "ngettext", "ntranslated")
PYTHON_FILES = [ROOT / "run.py", *sorted(PACKAGE.rglob("*.py"))]
LANGUAGES = catalogues.languages()


def _texts(found: Iterator[tuple[object, ...]]) -> dict[str, str]:
    """msgid -> plural of what babel extracted."""
    texts: dict[str, str] = {}
    for *_head, message, _comments, _context in found:
        if isinstance(message, tuple):
            texts[message[0]] = message[1]
        else:
            texts[str(message)] = ""
    return texts


def ours() -> dict[str, str]:
    """All messages of the program: Python and Jinja2 templates."""
    package = extract_from_dir(
        PACKAGE,
        [("**.py", "python"), ("templates/**", "jinja2")],
        keywords=KEYWORDS,
        strip_comment_tags=False,
    )
    starter = extract_from_file("python", ROOT / "run.py", keywords=KEYWORDS)
    return _texts(package) | _texts(iter([("", *message) for message in starter]))


def clicks() -> dict[str, str]:
    """All messages of the installed Click."""
    return _texts(extract_from_dir(Path(click.__file__).parent, [("**.py", "python")]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    merged = catalogues.merged(language)
    wanted = ours() | clicks()
    missing = sorted(set(wanted) - set(merged))
    if missing:
        pytest.fail(f"{len(missing)} without {language} translation:\n" + "\n".join(missing), pytrace=False)
    empty = [entry.place for entry in merged.values() if not all(entry.forms)]
    assert not empty, "empty translations"
    plurals = [
        entry.place
        for entry in merged.values()
        if entry.msgid and entry.plural != wanted.get(entry.msgid, entry.plural)
    ]
    assert not plurals, "another plural than in the source"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy_or_left_over(language: str) -> None:
    merged = catalogues.merged(language)
    assert not [entry.place for entry in merged.values() if entry.fuzzy]
    left_over = set(merged) - set(ours()) - set(clicks()) - {""}
    assert not sorted(left_over), "translated, but no longer said"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}|%\(\w+\)[sd]", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    broken = []
    for entry in catalogues.merged(language).values():
        wanted = _placeholders(entry.msgid) | _placeholders(entry.plural)
        some = [_placeholders(form) for form in entry.forms]
        # A singular may leave the number out ("one line"); nothing may bring a name of its own.
        if any(form - wanted for form in some) or (not entry.plural and some[0] != wanted):
            broken.append(entry.place)
    assert not broken


@pytest.mark.parametrize("language", LANGUAGES)
def test_areas_agree_on_the_plural_forms(language: str) -> None:
    headers = [catalogues.read(path)[0] for path in sorted((catalogues.LOCALE / language).glob("*.po"))]
    rules = {re.search(r"^Plural-Forms:.*$", header.forms[0], re.MULTILINE)[0] for header in headers}  # type: ignore[index]
    assert len(rules) == 1
    count = int(re.search(r"nplurals=(\d)", rules.pop())[1])  # type: ignore[index]
    wrong = [e.place for e in catalogues.merged(language).values() if e.plural and len(e.forms) != count]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_says_what_the_sources_say(language: str) -> None:
    merged = catalogues.merged(language)
    read_back = gettext.GNUTranslations(io.BytesIO(catalogues.compiled(merged)))
    for entry in merged.values():
        if entry.plural:
            forms = {read_back.ngettext(entry.msgid, entry.plural, n) for n in range(1, 30)}
            assert forms == set(entry.forms)
        elif entry.msgid:
            assert read_back.gettext(entry.msgid) == entry.forms[0]


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # of the machine, not of what is tested
@given(
    st.dictionaries(
        st.text('ab"\\\n\t{}Жé%', min_size=1, max_size=200), st.text('xy"\\\n\tЯ ', min_size=1), max_size=8
    )
)
def test_reads_what_babel_writes(tmp_path_factory: pytest.TempPathFactory, messages: dict[str, str]) -> None:
    catalogue = Catalog(locale="ru")
    for msgid, text in messages.items():
        catalogue.add(msgid, text)
    path = tmp_path_factory.mktemp("po") / "area.po"
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=40)
    assert {entry.msgid: entry.forms[0] for entry in catalogues.read(path) if entry.msgid} == messages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "b"\n', "area.po:4: 'a' is in this file twice"),
        ('msgid "a"\nmsgstr "b"\nmsgid "c"\nmsgstr "d"\n', "area.po:1: msgid twice in one message"),
        ('msgid "a"\n', "area.po:1: a message without"),
        ('msgid "a\nmsgstr "b"\n', "area.po:1: not understood"),
        ('msgid "a"b"\nmsgstr "b"\n', "area.po:1: badly quoted"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "area.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(catalogues.CatalogueError, match=re.escape(expected)):
        catalogues.read(path)


def test_areas_may_not_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "ru").mkdir()
    (tmp_path / "ru" / "a.po").write_text('msgid "fund"\nmsgstr "договор"\n', encoding="utf-8")
    (tmp_path / "ru" / "b.po").write_text('msgid "fund"\nmsgstr "фонд"\n', encoding="utf-8")
    with pytest.raises(catalogues.CatalogueError, match=r"otherwise in a\.po:1"):
        catalogues.merged("ru", tmp_path)


def test_a_fuzzy_message_stays_english(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text('#, fuzzy\nmsgid "fund"\nmsgstr "фонд"\n', encoding="utf-8")
    entries = {entry.msgid: entry for entry in catalogues.read(path)}
    assert gettext.GNUTranslations(io.BytesIO(catalogues.compiled(entries))).gettext("fund") == "fund"


# ---- what is said must be a message: a scan of the source

# Function or class -> which positional arguments people read; keywords people read, anywhere.
SPOKEN: dict[str, tuple[int, ...]] = {
    "Finding": (3, 4),
    "Column": (1,),
    "Probe": (),
    "echo": (0,),
    "secho": (0,),
    "print": (0,),
    "say": (0,),
    "out": (0,),
    "prompt": (0,),
    "confirm": (0,),
    "need": (2,),
    "maybe": (1,),
    "choice": (2,),
    "BadParameter": (0,),
    "ClickException": (0,),
}
SPOKEN_KEYWORDS = {"what", "why", "remedy", "message", "help", "short_help", "prompt", "epilog"}
# Names, not sentences: the same in every language.
NOT_A_SENTENCE = re.compile(
    r"(?:Python|SQLite|WeasyPrint|compliance|schedules\.yaml|%\(prog\)s|%\(version\)s|[^A-Za-z])*"
)


def _error_classes() -> set[str]:
    from compliance import errors

    return {
        name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, Exception)
    }


def _bare(node: ast.expr) -> Iterator[ast.Constant]:
    """Literal text in an expression that reaches a person without passing gettext."""
    match node:
        case ast.Constant(value=str(text)) if not NOT_A_SENTENCE.fullmatch(text):
            yield node
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _bare(part.value if isinstance(part, ast.FormattedValue) else part)
        case ast.BinOp(left=left, right=right):
            yield from _bare(left)
            yield from _bare(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _bare(body)
            yield from _bare(orelse)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _bare(value)
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join" | "strip")):
            yield from _bare(text)
        case ast.Call(func=ast.Name(id="clean"), args=[first, *_]):
            yield from _bare(first)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def untranslated(source: str) -> list[str]:
    """``LINE: text`` of every literal that is said to a person without gettext."""
    found = []
    positions = SPOKEN | dict.fromkeys(_error_classes(), (0,))
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        spoken = [node.args[at] for at in positions.get(name, ()) if at < len(node.args)]
        spoken += [word.value for word in node.keywords if word.arg in SPOKEN_KEYWORDS]
        found += [f"{text.lineno}: {text.value}" for argument in spoken for text in _bare(argument)]
    return found + _docstrings_as_help(source)


def _docstrings_as_help(source: str) -> list[str]:
    """Click shows a command's docstring as its help unless ``help=`` or a message of those very words is given."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    messages = {
        argument.value
        for call in calls
        if _name(call.func) in TRANSLATED
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    return [
        f"{node.lineno}: the docstring of {node.name} would be its help"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (ast.get_docstring(node) or "") not in {"", *messages}
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and _name(decorator.func) in ("command", "group")
        and not any(word.arg == "help" for word in decorator.keywords)
    ]


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_said_passes_gettext(path: Path) -> None:
    assert not untranslated(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        'raise InputError("the file is torn")',
        'raise SetupError(_("no"), remedy=f"Call {x} again")',
        'Finding("a.b", "error", "fund:x", "spent too much")',
        'click.echo("done" if ok else _("not done"))',
        'click.option("--x", help="The name")',
        'say("recorded {}".format(n))',
        '@root.command()\ndef f():\n    """Shown as help."""',
    ],
)
def test_the_scan_finds_plain_text(source: str) -> None:
    assert untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        'raise InputError(_("the file is torn"), place="a.yaml")',
        'click.echo(f"{number}. {word}: {text}")',
        'click.option("--x", help=N_("The name"))',
        'say(ngettext("{n} line", "{n} lines", n).format(n=n))',
    ],
)
def test_the_scan_lets_messages_pass(source: str) -> None:
    assert not untranslated(source)


# ---- the command line in the pseudo-language


def test_the_command_line_in_the_pseudo_language_is_all_brackets(tmp_path: Path) -> None:
    """Outside ⟦brackets⟧ only command names, Click's own few words and option names are left."""
    words = re.compile(r"[A-Za-z][a-z]+(?: [a-z]{2,})+")
    of_click = {word for text in clicks() for word in words.findall(text)}
    for arguments in (["--help"], ["doctor"], ["balance"], ["due"], ["check"], []):
        done = subprocess.run(
            [sys.executable, "-m", "compliance.cli", "--lang", "xx", *arguments],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in (0, 4), (arguments, done.stderr)
        said = re.sub(r"⟦.*?⟧", "", done.stdout + done.stderr, flags=re.DOTALL)
        assert not set(words.findall(said)) - of_click, arguments
        assert "⟦" in done.stdout + done.stderr
