"""Cells of tables that are written for spreadsheets, which carry out what looks like a formula."""

import re

# Also behind spaces and in wide forms. Behind an apostrophe it is text to them.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n|])")
_ESCAPED_FORMULA = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n|])")


def escape_formula(text: str) -> str:
    """Put an apostrophe in front of what a spreadsheet would calculate; `unescape_formula` gives it back."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(cell: str) -> str:
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell
