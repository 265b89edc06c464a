"""What many objectives cost: checked by opsbook, judged and tested by promtool.

    python tests/benchmarks/bench_monitoring.py [OBJECTIVES]

Prints seconds, as promtool takes by far the most of them. Each objective has files of its own: 50 of them took
promtool 509 s in one file of rules, and 17 s in files of their own, on the machine where both were measured.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))

from bench_pages import measure, row  # noqa: E402  # lies beside this script, and benchmarks are no package
from many_slos import many_slos  # noqa: E402  # as above

from cases import write  # noqa: E402  # as above
from opsbook.kinds import all_kinds  # noqa: E402  # as above
from opsbook.kinds.monitoring.verdicts import questions  # noqa: E402  # as above
from opsbook.prometheus import objections  # noqa: E402  # as above
from opsbook.read import load  # noqa: E402  # as above

_CHECK = """
import sys, pathlib, datetime
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.checks import check_all
root, kinds = pathlib.Path(sys.argv[1]), all_kinds()
start()
found = check_all(load(root, kinds), datetime.date(2026, 11, 21))
assert not [one for one in found if one.severity == 'error'], found[:3]
"""

_FILES = """
import sys, pathlib
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.kinds.monitoring.artifacts import every
project = load(pathlib.Path(sys.argv[1]), all_kinds()).project
start()
assert len(list(every(project))) > 2
"""


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if sys.argv[1:] else 50
    with tempfile.TemporaryDirectory() as scratch:
        folder = write(
            Path(scratch), {"specs/demo/objectives.yaml": many_slos(count), "mkdocs.yml": "site_name: Demo\n"}
        )
        print(f"{count} objectives with {4 * count} alerts")
        row("opsbook loads, validates and checks them, CPU", measure(_CHECK, folder)[0])
        row("opsbook makes their files, CPU", measure(_FILES, folder)[0])
        files, asked = questions(load(folder, all_kinds()).project)
        for what, words in (("judges the rules", "check"), ("runs the tests", "test")):
            begin = time.monotonic()
            said = objections(files, [one for one in asked if one.program == "promtool" and one.words[0] == words])
            row(f"promtool {what}, on all processors", time.monotonic() - begin)
            assert not said, said[:3]


if __name__ == "__main__":
    main()
