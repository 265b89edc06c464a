"""Everything that is asked of an OpenAPI document, in one call: its form, its references, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opsbook.diagnostic import Rule
from opsbook.errors import CheckCrashed
from opsbook.openapi import metaschema
from opsbook.openapi.lint import LINTS
from opsbook.openapi.lint.found import Lint
from opsbook.openapi.metaschema import Metaschemas
from opsbook.openapi.walk import Api, Judged, shape_at
from opsbook.source import Route


def rules() -> tuple[Rule, ...]:
    """The rules about what documents say. Those about their form and references are rules of reading."""
    return tuple(lint.rule for lint in LINTS)


def judge(api: Api, metaschemas: Metaschemas, asked: Callable[[str], bool] = lambda _rule: True) -> list[Judged]:
    """What is wrong with a document and the files that it is made of, as far as the rules are `asked`."""
    made = [Judged(api.document.source, *one) for one in metaschema.judge(api.document, metaschemas)]
    made += _parts(api, metaschemas)
    misspelled = {(one.source.path, one.finding.route[:-1]) for one in made if one.rule == "openapi/unknown-field"}
    made += api.judged
    for lint in LINTS:
        if asked(lint.rule.id):
            lacks = lint.rule.id.startswith("openapi/missing-")
            # What is missing is mostly what is misspelled, which was said.
            made += [
                one for one in _found(lint, api) if not (lacks and (one.source.path, one.finding.route) in misspelled)
            ]
    return [one for one in made if asked(one.rule)]


def _parts(api: Api, metaschemas: Metaschemas) -> Iterator[Judged]:
    """What is wrong with objects that the document's own schema does not see: in other files, or where none belongs."""
    done: set[tuple[str, Route, str]] = set()
    dialect = metaschema.dialect(api.document)
    words: frozenset[str] = frozenset()
    for target in api.targets.values():
        key = (*target.key, target.shape)
        elsewhere = target.source is not api.document.source or shape_at(api.shapes, target.route) is None
        if not elsewhere or key in done or not isinstance(target.value, dict) or "$ref" in target.value:
            continue
        done.add(key)
        words = words or metaschemas.words(api.document.version)
        validator = metaschemas.validator(api.document.version, target.shape, dialect)
        for one in metaschema.judge_part(target.value, target.route, validator, words):
            yield Judged(target.source, *one)


def _found(lint: Lint, api: Api) -> list[Judged]:
    try:
        return [Judged(source, lint.rule.id, finding) for source, finding in lint.find(api)]
    except Exception as error:
        raise CheckCrashed(
            f"{lint.rule.id} crashed on {api.document.source.path}: {error!r}; this is a bug of the check"
        ) from error
