"""Figures with units: decimals in, decimals out."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis.strategies import decimals, sampled_from

from opsbook.quantity import QUANTITY, UNITS, Quantity, dimension, factor, plain_number

CONVERSIONS = (
    ("2 s", None, "2"),
    ("2 s", "ms", "2000"),
    ("1500 ms", "s", "1.5"),
    ("15 min", "s", "900"),
    ("26 h", "s", "93600"),
    ("14 d", "h", "336"),
    ("5 %", "", "0.05"),
    ("5%", "", "0.05"),
    ("0.1 %", "", "0.001"),
    ("85 %", "%", "85"),
    ("1000 messages", "messages", "1000"),
    ("1000 messages", "#", "1000"),
    ("1 MiB", "B", "1048576"),
    ("1.5 GiB", "MiB", "1536"),
    ("10 MiB/s", "B/s", "10485760"),
    ("30 errors/min", "errors/s", "0.5"),
    ("0.1 /s", "requests/s", "0.1"),
    ("50 ms/s", "", "0.05"),
    ("3", None, "3"),
    ("10 errors/min", "errors/s", "0.166666666667"),
    ("999999999999999.123456789 s", "s", "999999999999999.123456789"),
    ("-40 s", None, "-40"),
    ("0 s", "ms", "0"),
)


@pytest.mark.parametrize(("text", "unit", "number"), CONVERSIONS)
def test_a_figure_is_known_in_other_units(text: str, unit: str | None, number: str) -> None:
    assert re.fullmatch(QUANTITY, text)
    assert plain_number(Quantity.read(text).number(unit)) == number


@pytest.mark.parametrize(
    ("unit", "of"),
    [
        ("", ""), ("ms", "s"), ("%", ""), ("KiB", "B"), ("messages", "messages"), ("MiB/min", "B/s"), ("ms/s", ""),
        ("errors/min", "errors/s"), ("/s", "/s"), ("m/s/s", "m/s/s"),
    ],
)  # fmt: skip
def test_a_unit_says_what_is_measured(unit: str, of: str) -> None:
    assert dimension(unit) == of


@given(decimals(min_value=0, max_value=10**9, places=4), sampled_from(sorted(UNITS)))
def test_there_and_back_nothing_is_lost(value: Decimal, unit: str) -> None:
    base = Quantity(value, unit).number()
    assert Quantity(base, UNITS[unit][0]).number(unit) == value
    assert factor(unit) == UNITS[unit][1]


@given(decimals(min_value=-(10**9), max_value=10**9, places=6), sampled_from(["", "s", "%", "messages", "B/s"]))
def test_what_is_written_is_read_again(value: Decimal, unit: str) -> None:
    written = str(Quantity(value, unit))
    assert "E" not in written
    assert re.fullmatch(QUANTITY, written)
    assert Quantity.read(written).unit == unit
    assert Quantity.read(written).value == value


@pytest.mark.parametrize("text", ["1.10", "100", "0.050", "1E+3", "1E-7", "-0.0"])
def test_a_number_is_printed_without_noise(text: str) -> None:
    printed = plain_number(Decimal(text))
    assert Decimal(printed) == Decimal(text)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", printed)


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="fast"):
        Quantity.read("fast")
