"""A postmortem, drafted from the log of an incident or from the export of a form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from opsbook import wording
from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Drafting
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.model import Ref, mentions
from opsbook.reference import Home, Target, Unresolved, read_reference
from opsbook.source import Documents, Source, plain

CURE = "name a file that a runbook's page or the form of a postmortem has saved"


def draft(documents: Documents, wanted: Drafting) -> Mapping[str, Any] | tuple[Source, Finding]:
    """The fields of a postmortem, those of the file before those of a skeleton; or why a file gives none."""
    source = documents[0]
    finding = next(_unfit(documents, wanted), None)
    if finding:
        return source, finding
    whole = _whole(source.data, wanted)
    fields = {name: whole[name] for name in Postmortem.model_fields if name not in ("kind", "id") and name in whole}
    return {"path": wanted.path, "lines": list(_lines(fields)), "given": fields}


def _lines(value: Any, indent: str = "", before: str = "") -> Iterator[tuple[str, str | None]]:
    """The lines of a mapping or a list in YAML: what each begins with, and the text that stands there, if any.

    `before` is what the first line has for its indent: the hyphen of a list's item.
    """
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        start = before or indent
        before = ""
        if isinstance(value, list) and isinstance(one, dict) and any(inner is not None for inner in one.values()):
            yield from _lines(one, f"{indent}  ", f"{start}- ")
            continue
        name = (
            f"{start}-" if isinstance(value, list) else f"{start}{key if plain(str(key)) == key else json.dumps(key)}:"
        )
        if isinstance(one, dict | list):
            yield (name, None) if one else (f"{name} {'[]' if isinstance(one, list) else '{}'}", None)
            yield from _lines(one, f"{indent}  ")
        elif one is not None:
            yield name, one
        else:
            before = start


def _unfit(documents: Documents, wanted: Drafting) -> Iterator[Finding]:
    """What keeps a file from becoming a postmortem, the first thing first."""
    source = documents[0]
    data = source.data
    if len(documents) > 1:
        yield Finding((), "the file holds several documents, and an incident is one", CURE)
    elif not isinstance(data, dict) or "times" not in data:
        yield Finding((), "the file has no `times:`, so it is no incident", CURE)
    elif data.get("kind", "postmortem") != "postmortem":
        yield Finding(("kind",), "the file is of another kind than a postmortem", CURE)
    else:
        yield from _wrong(source, data, wanted)


def _wrong(source: Source, data: Mapping[str, Any], wanted: Drafting) -> Iterator[Finding]:
    """Fields that no postmortem may have, and ids that the system does not know."""
    try:
        record = Postmortem.model_validate_json(json.dumps(_whole(data, wanted)))
    except ValidationError as error:
        yield from (found for _, found in wording.findings(error.errors(include_url=False), source, Postmortem))
        return
    for mention in mentions(record):
        if isinstance(mention.mark, Ref) and mention.route[0] in data:
            unknown = _unknown(mention.mark.type, mention.text, wanted)
            if unknown:
                yield Finding(mention.route, *unknown)


def _whole(data: Mapping[str, Any], wanted: Drafting) -> dict[str, Any]:
    """The fields of the file, and what a postmortem cannot be without."""
    role = next(iter(wanted.defined.get("role", ())), "role")
    severity = next(iter(wanted.defined.get("severity", ())), "severity")
    title = wanted.id.replace("-", " ").capitalize()
    skeleton = {"title": title, "owner": role, "status": "draft", "severity": severity, "authors": [role]}
    return {**skeleton, **data, "kind": "postmortem", "id": wanted.id}


def _unknown(type_: str, text: str, wanted: Drafting) -> Unresolved | None:
    """Why an id or a reference names nothing in the system; what it names in another one is for `opsbook check`."""
    home = Home(wanted.system, "postmortem", wanted.id)
    target = Target(wanted.system, type_, text, "") if type_ else read_reference(text, home)
    if isinstance(target, Unresolved):
        return target
    known = wanted.defined.get(target.type, {})
    if target.system != wanted.system or not target.type or target.id in known:
        return None
    return Unresolved(
        f"there is no {target.type} `{target.id}` in `{wanted.system}`",
        suggest(target.id, known) or "none is defined yet",
    )
