"""The rules that a file breaks before any check sees it: those of YAML, of the schema, of the disk."""

from __future__ import annotations

from inspect import cleandoc

from opsbook.diagnostic import Rule, Severity

_EXPLANATIONS = {
    "yaml/syntax": """
        The file is not YAML.

        The message names the place where reading stopped; the cause often stands a line above it. Tabs
        in the indentation, a second `: ` in an unquoted value and an unclosed quote are the usual ones.

            title: "Restart: the short way"
        """,
    "yaml/empty": """
        The file holds nothing, or only comments.

        A spec that was emptied by mistake would take its page with it in silence. Delete the file if it
        is not needed; `opsbook new` makes a spec that is complete.

            kind: checklist
            id: shift-start
        """,
    "yaml/many-documents": """
        The file holds more than one YAML document.

        One spec a file: then the file's name, its history and its review are the spec's own.

            specs/chatbot/runbooks/backup.yaml
            specs/chatbot/runbooks/restore.yaml
        """,
    "yaml/duplicate-key": """
        A key stands twice in one mapping.

        YAML readers keep one of the two in silence, and not all the same one. Keep the one you mean.

            title: Restart the workers
        """,
    "yaml/key": """
        A key is not a plain word.

        Keys are the names of fields. A list, a mapping or an alias cannot be one.

            "[draft]": quoted, if it has to look like that
        """,
    "yaml/merge-key": """
        A mapping uses `<<` to take over another one.

        Merge keys left YAML with version 1.2, hide what a spec says from its reader, and can grow without
        bound. Write the fields out.

            timeout: 30s
        """,
    "yaml/alias": """
        An alias points to an anchor that is not there, or not finished.

        `*name` repeats what `&name` marked further above. A text that starts with `*` has to be quoted.

            steps: &steps
              - id: one
            again: *steps
        """,
    "yaml/too-many-values": """
        The file grows beyond all measure when its aliases are expanded.

        A few lines of aliases to aliases can stand for billions of values. Write values out.

            owner: backend
        """,
    "yaml/too-deep": """
        Values are nested deeper than any spec needs.

        Readers give up, and some programs crash, at such depths. Flatten the structure.

            steps:
              - id: one
        """,
    "yaml/tag": """
        A value carries a tag such as `!!python/object` or `!include`.

        Tags make a reader build things that the text does not show. A spec is plain data.

            text: "!important"      quoted, where the text itself starts with `!`
        """,
    "yaml/encoding": """
        The file is not UTF-8 text.

        Save it as UTF-8. A file that is not text does not belong in `specs/`.

            iconv -f latin1 -t utf-8 old.yaml > new.yaml
        """,
    "yaml/too-large": """
        The file is larger than any spec.

        opsbook reads specs of up to 5 MiB. Split the spec, or move the file out of `specs/`.

            specs/chatbot/runbooks/…
        """,
    "schema/missing-field": """
        A field that must be there is not.

        The message points at the mapping that should hold it.

            owner: backend
        """,
    "schema/unknown-key": """
        A mapping has a field that its kind does not know.

        Mostly a slip of the pen; the message suggests the nearest name. `opsbook schema` exports the
        schemas, so that an editor says so while you type.

            last_reviewed: 2026-11-21
        """,
    "schema/unknown-kind": """
        The `kind:` of a spec is none that opsbook, or an installed package, knows.

        The kind says which fields a spec has and what its page looks like. The message suggests the
        nearest name.

            kind: runbook
        """,
    "schema/wrong-type": """
        A value has the wrong type: a text where a list belongs, a number where a text belongs.

        opsbook never converts in silence: `1.10` would become `1.1`. Quote what is meant as text.

            version: "1.10"
        """,
    "schema/wrong-value": """
        A value has the right type, but is not one that can stand there.

        The message says what can; `opsbook schema` exports the schemas, so that an editor offers it while
        you type.

            effect: change
        """,
    "json/syntax": """
        The file is not JSON.

        The message names the place where reading stopped. A comma after the last member, single quotes and
        comments are the usual causes: JSON knows none of them.

            {"openapi": "3.1.0", "paths": {}}
        """,
    "json/duplicate-key": """
        A key stands twice in one object of a JSON file.

        Readers keep one of the two in silence, and not all the same one. Keep the one you mean.

            {"get": {"operationId": "listOrders"}}
        """,
    "json/too-deep": """
        A JSON file nests values deeper than its readers follow.

        Readers give up, and some programs crash, at such depths. Flatten the structure.

            {"items": [1, 2, 3]}
        """,
    "openapi/unknown-version": """
        An OpenAPI document declares no version, or one that cannot be checked.

        What may stand in a document depends on the version: 2.0, 3.0, 3.1 and 3.2 are known. The version is a
        text; `swagger: 2.0` without quotes is a number.

            openapi: 3.1.0
        """,
    "openapi/missing-field": """
        An object of an OpenAPI document lacks a field that the standard requires.

        Generators of clients and pages rely on it. The message points at the object that should hold it.

            responses:
              "200":
                description: All orders
        """,
    "openapi/unknown-field": """
        An object of an OpenAPI document has a field that the standard does not know there.

        Mostly a slip of the pen: the field is ignored in silence, and with it what it should say. Extensions
        of your own start with `x-`.

            summary: One order
        """,
    "openapi/wrong-type": """
        A value of an OpenAPI document has the wrong type, such as a number where a text belongs.

        `version: 1.10` is the number 1.1. Quote what is meant as text.

            version: "1.10"
        """,
    "openapi/wrong-value": """
        A value of an OpenAPI document is none of those that can stand there.

        The message says what can.

            in: query
        """,
    "openapi/unresolved-reference": """
        A `$ref`, or the target of a discriminator, leads nowhere.

        Whoever generates clients or pages from the document fails there, or leaves the part out. Paths of files
        count from the file in which they stand.

            $ref: "#/components/schemas/Order"
        """,
    "openapi/misdirected-reference": """
        A `$ref` leads to an object of another type than the one that is wanted.

        A parameter is no schema, even if it has one.

            schema:
              $ref: "#/components/schemas/Page"
        """,
    "openapi/circular-reference": """
        A `$ref` leads, by way of others, back to itself, and so to nothing.

        Objects may contain themselves further down: a tree has branches. But a chain of references has to end
        at an object.

            Tree:
              type: object
              properties:
                next:
                  $ref: "#/components/schemas/Tree"
        """,
    "openapi/outside-reference": """
        A `$ref` leads out of the folder that is checked, directly or through a link.

        What is published is made of what is reviewed, and of nothing else. That folder is where `opsbook` was
        started, if the document lies below it, and the document's own folder otherwise.

            $ref: "shared/order.yaml#/Order"
        """,
    "openapi/remote-reference": """
        A `$ref` leads to another host.

        Nothing is fetched: what is checked must not change overnight, and a document must not make its reader
        call somebody. Copy the file.

            $ref: "vendor/problem.yaml#/Problem"
        """,
    "project/missing-front-matter": """
        A Markdown file among the guides does not begin with front matter.

        The fields of a guide, such as its owner, stand between two lines of three hyphens, and its text below
        them. Notes that are no guide belong elsewhere.

            ---
            kind: guide
            id: place-an-order
            ---
        """,
    "openapi/cross-check": """
        openapi-spec-validator finds fault where opsbook does not.

        `opsbook check --cross-check` asks it, in a process of its own that calls nobody and ends after some seconds.
        One of the two is wrong: see which.

            opsbook check --cross-check openapi.yaml
        """,
    "project/outdated-baseline": """
        A baseline forgives something that does not occur any more.

        It would be forgiven, too, if it came back. Write the baseline anew.

            opsbook check --write-baseline baseline.json
        """,
    "project/misplaced-spec": """
        A spec lies directly in `specs/`, and so belongs to no system.

        The folder below `specs/` is the system, which has the roles and services that a spec refers to.

            specs/chatbot/runbooks/backup.yaml
        """,
    "project/outside": """
        A link leads out of the project.

        The site is made of what is reviewed with the project, and of nothing else. Copy the file.

            cp --dereference link.yaml file.yaml
        """,
    "project/unreadable": """
        A file or folder cannot be read.

        What was left out in silence would be missed in an incident. That is why folders that are links, or
        named like a file, are reported, too.

            chmod a+r specs/chatbot/runbooks/backup.yaml
        """,
    "project/ignore-without-reason": """
        A comment ignores a rule and does not say why.

        Whoever meets the ignored fault later has to know whether the reason still holds. Without one, the
        comment ignores nothing.

            # ignore[runbook/missing-rollback]: reading the queue consumes it by design
        """,
    "site/dead-link": """
        A link, image, script or style sheet of the built site leads nowhere.

        `opsbook check --site DIR` reads the HTML that readers get: every link within the site must lead
        to a file that exists and, behind `#`, to an element with that id.

            [Restore](../runbooks/restore.md#dump)
        """,
    "site/external-resource": """
        A page of the built site loads something from another host.

        In an outage, and from a disk, that host may be away. Links may lead out; what a page needs to be
        shown may not come from outside.

            <script src="assets/local.js"></script>
        """,
}

_LIGHTER: dict[str, Severity] = {
    "project/ignore-without-reason": "warning",
    "openapi/cross-check": "note",
    "project/outdated-baseline": "note",
}
"""The rules that are no errors."""

READING_RULES: tuple[Rule, ...] = tuple(
    Rule(name, _LIGHTER.get(name, "error"), cleandoc(text)) for name, text in _EXPLANATIONS.items()
)

FIXED: frozenset[str] = frozenset(
    rule.id
    for rule in READING_RULES
    if rule.id not in _LIGHTER and (not rule.id.startswith("openapi/") or rule.id == "openapi/unknown-version")
)
"""The rules whose severity nobody can change: what breaks them was not read."""
