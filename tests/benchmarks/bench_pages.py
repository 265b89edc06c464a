"""How much opsbook costs, beside what cannot be avoided: PyYAML's C loader on the same files, and MkDocs.

    python tests/benchmarks/bench_pages.py [RUNBOOKS] [--mkdocs]

Prints ratios of CPU time, each measured in a process of its own: times differ between machines, ratios
hardly do. With --mkdocs the site is built, too, which takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from corpus import write_project  # noqa: E402  # lies beside this script, and benchmarks are no package

_PYYAML = """
import sys, yaml, pathlib
texts = [path.read_text() for path in sorted(pathlib.Path(sys.argv[1]).glob('specs/demo/runbooks/runbook-*.yaml'))]
start()
for text in texts: yaml.load(text, Loader=yaml.CSafeLoader)
"""

_RENDER = """
import sys, pathlib
from opsbook.kinds import all_kinds
from opsbook.read import load
import opsbook.mkdocs_plugin
kinds = all_kinds()
start()
pages = load(pathlib.Path(sys.argv[1]), kinds).project.pages()
assert len(pages) > 5
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
assert not [diagnostic for diagnostic in found if diagnostic.severity == 'error'], found[:3]
"""

_MKDOCS = """
import sys, pathlib
from opsbook.mkdocs_plugin import build_site
start()
build_site(pathlib.Path(sys.argv[1]), None)
"""

_FRAME = """
import time, resource
_begin = []
def start(): _begin.append(time.process_time())
{body}
print(time.process_time() - _begin[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measure(body: str, folder: Path, runs: int = 3) -> tuple[float, float]:
    """The least CPU seconds of several runs, and the peak memory in MiB."""
    results = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", _FRAME.format(body=body), str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        seconds, memory = done.stdout.split()[-2:]
        results.append((float(seconds), float(memory)))
    return min(seconds for seconds, _ in results), max(memory for _, memory in results)


def main() -> None:
    """Measure and print."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--mkdocs"]
    runbooks = int(arguments[0]) if arguments else 1000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "project")
        paths = write_project(folder, runbooks)
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        parse, _ = measure(_PYYAML, folder)
        render, memory = measure(_RENDER, folder)
        check, _ = measure(_CHECK, folder)
        print(f"{runbooks} runbooks of {lines // runbooks} lines, CPU time")
        row("PyYAML's C loader parses them", parse)
        row("opsbook loads, validates and renders them", render, f"{render / parse:.2f} times; peak {memory:.0f} MiB")
        row("opsbook loads, validates and checks them", check, f"{check / parse:.2f} times")
        if "--mkdocs" in sys.argv:
            whole, _ = measure(_MKDOCS, folder, runs=1)
            row(
                "MkDocs builds the rest of the site",
                whole - render,
                f"opsbook adds {100 * render / (whole - render):.1f} %",
            )


def row(what: str, seconds: float, ratio: str = "") -> None:
    """Print one row: what was measured, its seconds, and what they are beside others."""
    print(f"{what:45}{seconds:7.2f} s   {ratio}")


if __name__ == "__main__":
    main()
