"""What Mermaid costs: `python tests/benchmarks/bench_mermaid.py [PAGES]`.

The vendored Mermaid parses 200 sources of ours in Chromium. And MkDocs builds 500 pages of which none has a fence, with
and without mkdocs-mermaid2-plugin, and once more as if its word stood on every page. Prints CPU seconds and ratios.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from corpus import write_project  # noqa: E402  # lies beside this script, and benchmarks are no package

from browser.conftest import CHROMIUM  # noqa: E402  # as above
from browser.test_mermaid import LIBRARY, made_up  # noqa: E402  # as above
from opsbook.diagrams.mermaid import source  # noqa: E402  # as above

DIAGRAMS = 200
PARSE = "async (sources) => { for (const one of sources) await mermaid.parse(one); }"
"""Fails where Mermaid refuses one."""


def children() -> float:
    """The CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parsing() -> tuple[float, float]:
    """The CPU seconds in which a page of Chromium's loads Mermaid, and parses all diagrams."""
    sources = [source(made_up(seed)) for seed in range(DIAGRAMS)]
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=arguments)
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def used() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

        before = used()
        page.add_script_tag(path=LIBRARY)
        loaded = used()
        page.evaluate(PARSE, sources)
        parsed = used()
        browser.close()
    return loaded - before, parsed - loaded


def building(folder: Path, change: tuple[str, str] | None = None) -> float:
    """The CPU seconds in which MkDocs builds the project, with a change to its mkdocs.yml."""
    settings = folder / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    if change:
        assert change[0] in text
        settings.write_text(text.replace(*change), encoding="utf-8")
    before = children()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(settings), "-d", str(folder / "site")]
    subprocess.run(command, check=True, env=environment)
    settings.write_text(text, encoding="utf-8")
    return children() - before


def main() -> None:
    """Measure and print."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    loading, parsed = parsing()
    print(f"Mermaid is loaded in {loading:.1f} s, and parses {DIAGRAMS} diagrams in {parsed:.1f} s")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "project")
        write_project(folder, pages)
        plugin = re.search(r"  - mermaid2.*\n", (folder / "mkdocs.yml").read_text(encoding="utf-8"))
        assert plugin
        without = building(folder, (plugin[0], ""))
        idle = building(folder)
        busy = building(folder, ("site_name: ", "site_name: mermaid "))
        print(f"{pages} pages without a fence: {without:.1f} s")
        print(f"with the plugin: {idle:.1f} s, {idle / without:.2f} times")
        print(f"with the plugin, and its word on every page: {busy:.1f} s, {busy / without:.2f} times")


if __name__ == "__main__":
    main()
