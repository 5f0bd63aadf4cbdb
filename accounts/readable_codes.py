"""Codes that people read from one screen and type into another: short, and without signs that look alike."""

import secrets

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def make_code(length: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(length))


def format_code(code: str) -> str:
    """“ABCD-EFGH”, which is easier to read out."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def simplify_code(code: str) -> str:
    """What was typed, as it is compared: whatever stands between the signs says nothing."""
    return "".join(sign for sign in code.upper() if sign.isalnum())
