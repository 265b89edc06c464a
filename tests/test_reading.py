from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, StringConstraints, ValidationError

from cases import cases, run, without_case, write
from opsbook.model import Model
from opsbook.reading_rules import READING_RULES
from opsbook.source import MAX_BYTES, MAX_VALUES, Fault, Source
from opsbook.wording import findings

NAMES = sorted((rule.id.partition("/")[2] for rule in READING_RULES), key=len, reverse=True)


def _written(path: Path, folder: Path) -> Path:
    """A project in which the case is a spec beside good ones."""
    name = f"specs/demo/{path.stem}.yaml"
    case = {name: path.read_bytes()}
    if b"kind: system" in path.read_bytes():
        case["specs/demo/system.yaml"] = case.pop(name)
    return write(folder, case)


@pytest.mark.parametrize("path", cases("reading/bad/*.[by]*"))
def test_a_file_that_cannot_be_read_is_explained(
    path: Path, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    """The file is named after the rule, and after what it does wrong."""
    code, said = run(_written(path, tmp_path))
    assert code == 1
    (rule,) = [name for name in NAMES if path.name.startswith(f"{name}-")][:1]
    assert f"/{rule}]\n" in said
    golden(path.with_suffix(".txt"), said)


@pytest.mark.parametrize("path", cases("reading/good/*.[by]*"))
def test_a_file_that_looks_odd_is_read(path: Path, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    assert run(_written(path, tmp_path)) == (0, "nothing wrong\n")
    source = Source.parse(path.name, path.read_bytes())
    assert isinstance(source, Source)
    golden(path.with_suffix(".json"), json.dumps(source.data, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "".join(" " * depth + "a:\n" for depth in range(1_000)),
        "- " * 100_000,
        "[" * 100_000,
        "{a: " * 100_000,
        "? " * 100_000,
    ],
    ids=["block mappings", "block lists", "flow lists", "flow mappings", "keys"],
)
def test_endless_nesting_is_explained(text: str, tmp_path: Path) -> None:
    code, said = run(write(tmp_path, {"specs/demo/deep.yaml": text}))
    assert code == 1
    assert "[yaml/too-deep]" in said or "[yaml/key]" in said


def test_more_values_than_any_spec_needs_are_refused() -> None:
    fault = Source.parse("any.yaml", b"- []\n" * (MAX_VALUES + 1))
    assert isinstance(fault, Fault)
    assert fault.rule == "yaml/too-many-values"


def test_more_bytes_than_any_spec_needs_are_refused() -> None:
    fault = Source.parse("any.yaml", b"#" * (MAX_BYTES + 1))
    assert isinstance(fault, Fault)
    assert fault.rule == "yaml/too-large"


class Odd(Model):
    """What a kind of somebody else may ask for: errors that our own kinds never raise."""

    short: Annotated[tuple[int, ...], Field(max_length=1)] = ()
    code: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] = "ABC"


def test_errors_that_our_kinds_never_raise_are_worded_too() -> None:
    source = Source.parse("any.yaml", b"short: [1, 2]\ncode: abc\n")
    assert isinstance(source, Source)
    with pytest.raises(ValidationError) as error:
        Odd.model_validate_json(json.dumps(source.data))
    said = [(rule, found.message, found.hint) for rule, found in findings(error.value.errors(), source, Odd)]
    assert said == [
        ("schema/wrong-value", "`short` is not right: Tuple should have at most 1 item after validation, not 2", ""),
        ("schema/wrong-value", "`code` cannot be `abc`", "it must match `^[A-Z]{3}$`"),
    ]


def test_one_bad_spec_does_not_hide_another(tmp_path: Path) -> None:
    code, said = run(write(tmp_path, {"specs/demo/a.yaml": "a: [", "specs/demo/b.yaml": "b: &"}))
    assert code == 1
    assert said.count("[yaml/syntax]") == 2


def test_every_golden_has_a_case() -> None:
    assert without_case("reading/*/*.txt") == []
    assert without_case("reading/*/*.json") == []
