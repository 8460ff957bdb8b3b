"""Rows of tables in Markdown."""

import re

_CELL_END = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKUP = re.compile(r"[\\`*\[\]{}|<>]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|^[-+#>]")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def cells_of(row: str) -> list[str]:
    """Return what stands in the cells of a row."""
    row = row.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return [cell.strip() for cell in _CELL_END.split(row)]


def is_rule(line: str) -> bool:
    """Return whether the line only parts the head of a table from its rows, or is a rule."""
    return "--" in line and set(line) <= set(" \t|:-")


def verbatim(text: str) -> str:
    """Return a plain text as Markdown that reads just so."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", text))


def plain(text: str) -> str:
    """Return what `verbatim` was given."""
    return _ESCAPED.sub(r"\1", text)
