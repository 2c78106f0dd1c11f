"""The ways a call can end without an answer."""


class InputError(ValueError):
    """Bad input: the message names the field, the value and what was expected, as do the attributes."""

    file: str = ""
    field: str = ""
    value: str = ""
    expected: str = ""


class UndecidedError(ArithmeticError):
    """No answer at the precision or the budget allowed; the message says what to raise."""
