"""What a large model of an architecture costs, beside PyYAML's C loader on the same file.

    python tests/benchmarks/bench_architecture.py [ELEMENTS RELATIONSHIPS] [--pages]

Prints ratios of CPU time, each measured in a process of its own: times differ between machines, ratios hardly do.
Checking is reading, validating and every rule; the pages come on top of that, pictures included.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from bench_pages import measure, row  # noqa: E402  # lies beside this script, and benchmarks are no package
from large_architecture import write_project  # noqa: E402

_PYYAML = """
import sys, yaml, pathlib
text = pathlib.Path(sys.argv[1], 'specs/demo/architecture/large.yaml').read_text()
start()
yaml.load(text, Loader=yaml.CSafeLoader)
"""

_CHECK = """
import sys, pathlib, datetime
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.checks import check_all
import opsbook.mkdocs_plugin
root, kinds = pathlib.Path(sys.argv[1]), all_kinds()
start()
found = check_all(load(root, kinds), datetime.date(2026, 11, 21))
assert not [one for one in found if one.severity == 'error'], found[:3]
assert len({one.rule for one in found}) > 5, found[:3]
"""

_PAGES = """
import sys, pathlib
from opsbook.kinds import all_kinds
from opsbook.read import load
import opsbook.mkdocs_plugin
root, kinds = pathlib.Path(sys.argv[1]), all_kinds()
project = load(root, kinds).project
start()
(model,) = [spec for spec in project.specs if spec.kind.name == 'architecture']
assert len(list(model.kind.pages(model, project))) > 5
"""


def main() -> None:
    """Measure and print."""
    figures = [int(one) for one in sys.argv[1:] if one.isdigit()]
    elements, relationships = figures or (500, 1000)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "project")
        path = write_project(folder, elements, relationships)
        lines = len(path.read_text(encoding="utf-8").splitlines())
        parse, _ = measure(_PYYAML, folder)
        check, memory = measure(_CHECK, folder)
        print(f"{elements} elements, {relationships} relationships, {lines} lines, CPU time")
        row("PyYAML's C loader parses them", parse)
        row("opsbook loads, validates and checks them", check, f"{check / parse:.2f} times; peak {memory:.0f} MiB")
        if "--pages" in sys.argv:
            pages, memory = measure(_PAGES, folder, runs=1)
            row("opsbook makes their pages", pages, f"{pages / parse:.1f} times; peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
