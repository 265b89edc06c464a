"""What many postmortems cost, beside PyYAML's C loader on the same files.

    python tests/benchmarks/bench_incidents.py [INCIDENTS] [--html]

Prints ratios of CPU time, each measured in a process of its own: times differ between machines, ratios hardly do.
The index is the page with all incidents and their figures. With --html, Python-Markdown makes HTML of it, too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from bench_pages import measure, row  # noqa: E402  # lies beside this script, and benchmarks are no package
from many_incidents import write_project  # noqa: E402

_PYYAML = """
import sys, yaml, pathlib
texts = [path.read_text() for path in sorted(pathlib.Path(sys.argv[1]).glob('specs/demo/incidents/*.yaml'))]
start()
for text in texts: yaml.load(text, Loader=yaml.CSafeLoader)
"""

_LOAD = """
import sys, pathlib
from opsbook.kinds import all_kinds
from opsbook.read import load
import opsbook.mkdocs_plugin
root, kinds = pathlib.Path(sys.argv[1]), all_kinds()
"""

_CHECK = """
import datetime
from opsbook.checks import check_all
start()
found = check_all(load(root, kinds), datetime.date(2026, 11, 21))
assert not [one for one in found if one.severity == 'error'], found[:3]
"""

_INDEX = """
from opsbook.kinds.postmortem.index import index
project = load(root, kinds).project
start()
(page,) = index('demo', project)
assert 'incident-0.md' in page.body, page.body[:500]
"""

_HTML = """
import markdown
from opsbook.kinds.postmortem.index import index
(page,) = index('demo', load(root, kinds).project)
extensions = ['tables', 'attr_list', 'md_in_html', 'def_list']
start()
assert '<table>' in markdown.markdown(page.body, extensions=extensions)
"""


def main() -> None:
    """Measure and print."""
    figures = [int(one) for one in sys.argv[1:] if one.isdigit()]
    incidents = figures[0] if figures else 500
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "project")
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in write_project(folder, incidents))
        parse, _ = measure(_PYYAML, folder)
        check, memory = measure(_LOAD + _CHECK, folder)
        index, _ = measure(_LOAD + _INDEX, folder)
        print(f"{incidents} postmortems, {lines} lines, CPU time")
        row("PyYAML's C loader parses them", parse)
        row("opsbook loads, validates and checks them", check, f"{check / parse:.2f} times; peak {memory:.0f} MiB")
        row("opsbook makes their index", index, f"{index / parse:.2f} times")
        if "--html" in sys.argv:
            html, _ = measure(_LOAD + _HTML, folder, runs=1)
            row("Python-Markdown makes HTML of the index", html, f"{html / parse:.2f} times")


if __name__ == "__main__":
    main()
