"""Figures with a unit: one spelling for pages, rules and runbooks, in decimals, so that no figure gets noise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

UNITS: dict[str, tuple[str, Decimal]] = {
    "ms": ("s", Decimal("0.001")),
    "s": ("s", Decimal(1)),
    "min": ("s", Decimal(60)),
    "h": ("s", Decimal(3600)),
    "d": ("s", Decimal(86_400)),
    "B": ("B", Decimal(1)),
    "KiB": ("B", Decimal(1024)),
    "MiB": ("B", Decimal(1024**2)),
    "GiB": ("B", Decimal(1024**3)),
    "TiB": ("B", Decimal(1024**4)),
    "%": ("", Decimal("0.01")),
}
"""What a unit is of the base unit of its dimension: seconds, bytes, a share of one. Any other word is its own."""

QUANTITY = r"^-?[0-9]{1,15}(\.[0-9]{1,9})?( ?%| [^\s0-9][^\s]{0,29})?$"
"""A number, and a unit behind a space: `2 s`, `5 %`, `1000 messages`, `0.1 /s`, `3`."""

_PARTS = re.compile(r"(?P<value>-?[0-9.]+) ?(?P<unit>.*)")


@dataclass(frozen=True)
class Quantity:
    """A number and its unit."""

    value: Decimal
    unit: str = ""
    """As it is written; empty for a bare number, which is a share or a count."""

    @classmethod
    def read(cls, text: str) -> Quantity:
        """Read what looks like `QUANTITY`."""
        found = _PARTS.fullmatch(text)
        if not found:
            raise ValueError(text)
        return cls(Decimal(found["value"]), found["unit"])

    @property
    def dimension(self) -> str:
        """What is measured: `s` for a time, `B` for an amount of data, nothing for a share, else its own unit."""
        return dimension(self.unit)

    def number(self, unit: str | None = None) -> Decimal:
        """The bare number in a unit of the same dimension; in its base unit where none is given."""
        other = factor(unit) if unit is not None else Fraction(1)
        return _decimal(Fraction(self.value) * factor(self.unit) / other)

    def __str__(self) -> str:
        """As it is written."""
        return f"{plain_number(self.value)} {self.unit}".rstrip()


def dimension(unit: str) -> str:
    """What a unit measures: the base unit of its dimension, `B/s` for `MiB/min`."""
    of, per, each = unit.partition("/")
    if unit in UNITS or not per or "/" in each:
        return UNITS.get(unit, (unit, Decimal(1)))[0]
    above, below = dimension(of), dimension(each)
    return "" if above == below else f"{above}/{below}"


def factor(unit: str) -> Fraction:
    """How many of the base unit of its dimension a unit is; one for any word of its own."""
    of, per, each = unit.partition("/")
    if unit in UNITS or not per or "/" in each:
        return Fraction(UNITS.get(unit, ("", Decimal(1)))[1])
    return factor(of) / factor(each)


_EXACT = Context(prec=60)
_ROUNDED = Context(prec=12)


def _decimal(value: Fraction) -> Decimal:
    """A number as a decimal: all its digits, or the first twelve of those that have no end."""
    exact = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    ends = Fraction(exact) == value
    return (exact if ends else _ROUNDED.plus(exact)).normalize(_EXACT) + 0


def plain_number(value: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal, digits: int = 6) -> Decimal:
    """A decimal with no more figures than say something: a third is 0.333333, and 14.4 stays 14.4."""
    return Context(prec=digits).plus(value).normalize() + 0
