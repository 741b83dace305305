"""Check the words of the project: identifiers, and every text that a reader sees.

``python -m tests.language`` checks everything in ``SCANNED``, and ``python -m tests.language PATH ...`` the files and
folders given. Each hit is printed as ``file:line:kind:word:line``; kind is ``id`` (an identifier) or ``text``.
`tests/test_language.py` fails on any hit.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

CODE = ("influence", "tests", "docs_build", "benchmarks", "examples", "notebooks", ".ci")
"""Folders whose identifiers are checked; the text of their Python files too."""
SCANNED = (*CODE, "docs", "datasets", "README.md", "CONTRIBUTING.md", "SECURITY.md", "config.yaml", "mkdocs.yml")
SUFFIXES = (".py", ".js", ".css", ".html", ".md", ".yaml", ".yml", ".csv")
NOT_SCANNED = {
    "tests/language.py": "lists the words",
    "tests/test_language.py": "tries the words",
    "docs/assets/iframe-worker.js": "third-party",
}
"""Files left out, each with its reason."""
WORD_TABLE = re.compile(r"^\| concept \| word \| do not write \|$(?:\n\|.*$)+", re.MULTILINE)
LAST_CELL = re.compile(r"\|[^|\n]*\|$", re.MULTILINE)
"""The table of CONTRIBUTING.md whose last column lists the words; only that column is left out."""

# ---- the words ------------------------------------------------------------------------------------------

PARTS = re.compile(
    r"told|tell|tells|telling|said|stand|stands|stood|hang|hangs|hung|seams?|nil|nought|doubts?|bands?|odds|autonomy|"
    r"autonomous|leans?|leaning|parity|ours|own|crew|knock|knocked|aside|flips?|flipped|deals?|dealt|because|gathered"
)
"""Words that no identifier contains, between underscores or capitals."""
NAMES = re.compile(r"hang_on_weights|to_be_had|so_many|asked_to_stop|may_be_left_out|level_at|fact|fact_told|in_fact")
"""Whole names that no identifier has, in any capitals."""
FUNCTIONS = re.compile(r"enough|nearest|plain|side_of|ends_of|content_of|placed|apart|hold|held|ground|world|basis")
"""Whole names that no function has; a variable may."""
CLASSES = {"Basis", "Ground", "Evidence", "Setting", "World", "Side", "Doubt", "Crew", "Gathered", "Doing"}
"""Names of classes that `Study` and others replace."""

TEXT = {
    "told": r"told|tells?|telling|foretold|untold",
    "said": r"said",
    "stands": r"stands?(?!-)|stood",
    "hangs": r"hangs?|hanging|hung",
    "seam": r"seams?",
    "nil": r"nil",
    "nought": r"nought|naught",
    "doubt": r"doubt(?:s|ed|ful)?|undoubted(?:ly)?|doubtless",
    "band": r"bands?",
    "odds": r"odds",
    "autonomy": r"autonomy|autonomous",
    "lean": r"leans?|leaning|leaned",
    "parity": r"parity",
    "of one's own": r"of (?:one|its|their|your|his|her|my|whose|a \w+)(?:['’]s)? own|one['’]s own|ours",
    "crew": r"crews?",
    "knock": r"knock(?:s|ed|ing)?",
    "aside": r"aside",
    "flip": r"flip(?:s|ped|ping)?",
    "deal": r"deals?|dealt|dealing",
    "as configured": r"as (?:configured|set)",
    "settings file": r"settings(?:['’]| file)",
    "counts since": r"counts? since",
    "in fact": r"in fact|the facts?",
    "not sure": r"not sure|unsure",
    "hold": r"(?:has|have|had|takes?|loses?|keeps?|strong|firm|its|their|a) holds?|holds? (?:on|over)|held by",
    "kind of reliance": r"kinds? of reliance",
    "drift": r"drift(?:s|ed|ing)?|ordinary stretch(?: of years)?",
    "percentage points": r"(?<=\d )points|(?<=\} )points|per ?cent points",
    "flag without explanation": r"chained|imputed|provisional|vintage of its own",
    "level at": r"level at",
    "what stands": r"what (?:is|was) there|what there is|whatever there is",
    "archaic": r"whence|hitherto|wherein|therein|thereof|thereupon|whereupon|unto|lest|albeit|nigh|ere|save for",
}
"""Word of the "do not write" column: the pattern that finds it in a sentence, without regard to capitals."""

ALLOWED = {
    r"\btrade deals?\b": "the press's word for a trade agreement",
    r"\b(?:a good|a great) deal\b": "literal",
    r"\b(?:deals?|dealt|dealing) with\b": "literal: treats",
    r"\bstand(?:s|ing)? for\b": "literal: means",
    r"[`\"'](?:chained|imputed|provisional)[`\"']|^\s*(?:chained|imputed|provisional):": "code of a flag",
    r"^\W*(?:chained|imputed|provisional)\W*$": "code of a flag, alone in its string",
    r"\binfluence(?:\.cli\.| )drift\b|[`\"']drift[`\"']": "the command",
    r"\bpurchasing power parity\b": "the field's name of a conversion",
    r"^\s*test: drift$|\{drift:": "the measure of a claim or lesson",
    r"\bflag(?:s|ged)?:? (?:as )?(?:chained|imputed|provisional)": "code of a flag",
    r"</?aside\b|[\"']aside[\"' >]": "the HTML element",
}
"""Literal uses in a sentence, each with its reason."""

ALLOWED_IN = {
    ("influence/metrics/explain.py", "fact"): "an entry of the explanation, not the actual course of events",
    ("influence/cli/explain.py", "fact"): "an entry of the explanation, not the actual course of events",
    ("docs_build/worked/portfolios.py", "fact"): "an entry of the explanation, not the actual course of events",
}
"""Literal uses in one file, each with its reason."""

# ---- finding them ------------------------------------------------------------------------------------------


class Hit(NamedTuple):
    file: str
    line: int
    kind: str
    word: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.kind}:{self.word}:{self.text.strip()[:160]}"


SENTENCE = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<w{i}>{pattern})" for i, pattern in enumerate(TEXT.values())) + r")(?![\w-])", re.I
)
LITERAL = re.compile("|".join(ALLOWED), re.I)
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*(?:-[A-Za-z]\w*)*")
PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
EXPRESSION = re.compile(r"\{[^{}]*\}")


def words_in_text(text: str) -> list[str]:
    """Words of `TEXT` that a line of prose contains, outside a literal use."""
    spared = [match.span() for match in LITERAL.finditer(text)]
    found = (match for match in SENTENCE.finditer(text) if not any(a <= match.start() < b for a, b in spared))
    return [list(TEXT)[int(str(match.lastgroup)[1:])] for match in found]


@cache
def word_in_name(name: str) -> str | None:
    """The first word that this identifier must not have."""
    whole = name.strip("_").lower()
    if NAMES.fullmatch(whole):
        return whole
    return next((piece for piece in map(str.lower, PIECE.findall(name)) if PARTS.fullmatch(piece)), None)


def names_of(node: ast.AST) -> Iterator[str]:
    """Identifiers that one node of a syntax tree writes, keys of dict literals among them."""
    for field in ("name", "id", "attr", "arg", "asname"):
        value = getattr(node, field, None)
        if isinstance(value, str):
            yield value
    if isinstance(node, ast.ImportFrom) and node.module:
        yield from node.module.split(".")
    if isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def names_in_python(source: str) -> Iterator[tuple[int, str]]:
    """Line and forbidden word of every identifier."""
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 1)
        if isinstance(node, ast.ClassDef) and node.name in CLASSES:
            yield line, node.name
        if isinstance(node, ast.FunctionDef) and (found := FUNCTIONS.fullmatch(node.name.strip("_").lower())):
            yield line, found[0]
        for name in names_of(node):
            for part in name.split("."):
                if part.isidentifier() and (word := word_in_name(part)):
                    yield line, word


def prose_in_python(source: str, strings: bool) -> Iterator[tuple[int, str]]:
    """Line and text of comments, docstrings and (where asked for) other strings, without the code inside f-strings."""
    expects_docstring = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        elif token.type == tokenize.STRING and (strings or expects_docstring):
            text = EXPRESSION.sub("{}", token.string) if "f" in token.string[:2].lower() else token.string
            yield from enumerate(text.splitlines(), token.start[0])
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            expects_docstring = token.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE)


def hits_in_python(source: str, strings: bool) -> Iterator[tuple[int, str, str]]:
    for line, word in names_in_python(source):
        yield line, "id", word
    for line, text in prose_in_python(source, strings):
        for word in words_in_text(text):
            yield line, "text", word


def hits_in_script(source: str) -> Iterator[tuple[int, str, str]]:
    """JavaScript, CSS and HTML: every compound identifier by its parts, every line as a sentence."""
    for line, text in enumerate(source.splitlines(), 1):
        compounds = (name for name in IDENTIFIER.findall(text) if not name.islower() or "_" in name or "-" in name)
        for name in compounds:
            if word := word_in_name(name):
                yield line, "id", word
        for word in words_in_text(text):
            yield line, "text", word


def hits_in_prose(source: str) -> Iterator[tuple[int, str, str]]:
    """Markdown, YAML and CSV: every line as a sentence, keys and column names as identifiers."""
    for line, text in enumerate(source.splitlines(), 1):
        if (key := re.match(r"[\s-]*(\w+):(?:\s|$)", text)) and (word := word_in_name(key[1])):
            yield line, "id", word
        for word in words_in_text(text):
            yield line, "text", word


def without_listed_words(source: str) -> str:
    """CONTRIBUTING.md without the last column of its table of words."""
    return WORD_TABLE.sub(lambda table: LAST_CELL.sub("|", table[0]), source)


def hits_in_file(path: Path) -> list[Hit]:
    """Every hit of one file, in the order of its lines; one a line and word."""
    file = path.relative_to(ROOT).as_posix()
    source = path.read_text(encoding="utf-8")
    if file == "CONTRIBUTING.md":
        source = without_listed_words(source)
    if path.suffix == ".py":
        found = hits_in_python(source, strings=not file.startswith("tests/"))
    elif path.suffix == ".css":
        found = hits_in_script(re.sub(r"(?<![\w-])aside(?![\w-])", "", source))
    else:
        found = hits_in_script(source) if path.suffix in (".js", ".html") else hits_in_prose(source)
    lines = ["", *source.splitlines()]
    named = [
        (1, "id", word) for part in (*path.relative_to(ROOT).parts[:-1], path.stem) if (word := word_in_name(part))
    ]
    return [
        Hit(file, line, kind, word, lines[min(line, len(lines) - 1)])
        for line, kind, word in sorted({*named, *found})
        if (file, word) not in ALLOWED_IN
    ]


def files_below(path: Path) -> list[Path]:
    """Files that the checker reads at or below a path of the repository."""
    candidates = [path] if path.is_file() else sorted(path.rglob("*"))
    return [
        file
        for file in candidates
        if file.suffix in SUFFIXES
        and file.is_file()
        and "__pycache__" not in file.parts
        and file.relative_to(ROOT).as_posix() not in NOT_SCANNED
    ]


def hits_below(paths: Iterable[str]) -> Iterator[Hit]:
    for path in paths:
        for file in files_below((ROOT / path).resolve()):
            yield from hits_in_file(file)


def main(paths: list[str]) -> int:
    """Print the hits below the paths given, or below all of `SCANNED`; return 1 if there is a hit."""
    hits = list(hits_below(str(Path(path).resolve()) for path in paths) if paths else hits_below(SCANNED))
    print(*hits, sep="\n")
    print(f"{len(hits)} hits", file=sys.stderr)
    return int(bool(hits))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
