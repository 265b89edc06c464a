"""Is what must not be seen marked so?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.project import Project
from opsbook.source import Source
from opsbook.step import Parameter

_SECRET = re.compile(r"(PASSWORD|PASSWD|PASSPHRASE|PGPASS|SECRET|TOKEN|AUTH|API_?KEY|PRIVATE_?KEY)$")


def unmarked_secret(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A parameter has the name of a secret, and nothing says that it is one.

    Its example would stand on the page, the reader's value in the history of the shell, and a test would
    print it. What is secret is asked for without an echo, and hidden wherever a test shows something:

        parameters:
          - name: ADMIN_TOKEN
            title: The administrator's token, from the password store
            secret: true
    """
    for spec in project.specs:
        parameters: tuple[Parameter, ...] = getattr(spec.document, "parameters", ())
        for index, parameter in enumerate(parameters):
            if not parameter.secret and _SECRET.search(parameter.name):
                yield (
                    spec.source,
                    Finding(
                        ("parameters", index, "name"),
                        f"`{parameter.name}` has the name of a secret, and is shown and printed like any other value",
                        "add `secret: true`, or give it a name that says what it is",
                    ),
                )
