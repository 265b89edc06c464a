"""How soon `opsbook serve` shows an edit, beside a build of the whole site on the same machine.

    python tests/benchmarks/bench_serve.py [RUNBOOKS]

Prints the seconds from saving a spec to the page showing it (the watcher's polling and pauses included),
the least and the greatest of five edits.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import write_project  # lies beside this script, and benchmarks are no package


def shows(address: str, text: str) -> None:
    """Wait until a page shows a text."""
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # on loopback
                if text in answer.read().decode():
                    return
        except OSError:
            time.sleep(0.2)
        time.sleep(0.02)


def main() -> None:
    """Measure and print."""
    runbooks = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as probe:
        paths = write_project(Path(scratch, "project"), runbooks)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        with Path(scratch, "log").open("w", encoding="utf-8") as log:
            began = time.monotonic()
            server = subprocess.Popen(
                [sys.executable, "-m", "opsbook", "serve", "-C", f"{scratch}/project", "-a", f"127.0.0.1:{port}"],
                stdout=log,
                stderr=log,
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            )
            shows(f"http://127.0.0.1:{port}/index.html", "operations")
            whole = time.monotonic() - began
            edits = []
            for number in range(5):
                text = paths[number].read_text(encoding="utf-8")
                paths[number].write_text(text.replace("Walks through", "Wanders through"), encoding="utf-8")
                began = time.monotonic()
                shows(f"http://127.0.0.1:{port}/demo/runbooks/runbook-{number}.html", "Wanders through")
                edits.append(time.monotonic() - began)
                time.sleep(1)
            server.send_signal(signal.SIGINT)
            server.wait(30)
    shown = f"{min(edits):.2f} to {max(edits):.2f} s"
    print(f"{runbooks} runbooks: the whole site {whole:.1f} s; an edit shows after {shown}")


if __name__ == "__main__":
    main()
