"""What it costs to check an OpenAPI document: CPU time and memory, beside others who do it.

    python tests/benchmarks/bench_openapi.py [--peers]

Every command runs in a process of its own; the documents are of our own making. With --peers, Redocly CLI and
Spectral are installed into a temporary folder by npm, if that is there. Times differ between machines; the ratios,
which say how many times the CPU of opsbook another one takes, hardly do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PEERS = ("@redocly/cli", "@stoplight/spectral-cli")
CRASHED = (b"Something went wrong", b"Traceback", b"Maximum call stack")
LONGEST = 900
"""Seconds after which a peer is given up."""


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    """Of CPU time, children included."""
    memory: float
    """The most, in MiB."""


def measure(command: list[str], folder: Path, runs: int) -> Cost | None:
    """The least of several runs; None for a command that does not end or cannot do it."""
    costs = []
    for _ in range(runs):
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                ["timeout", str(LONGEST), *command], cwd=folder, stdout=said, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            if process.returncode not in (0, 1) or any(word in said.read() for word in CRASHED):
                return None
        costs.append(Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return min(costs)


def write_documents(folder: Path) -> dict[str, str]:
    """Write the documents; gives what each is to where it lies."""
    import yaml
    from large_openapi import deep, document, write_many_files

    small, large = document(3, 4), document(1400, 1580)
    for name, made in (("small", small), ("large", large), ("deep", deep())):
        (folder / f"{name}.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
    plain = json.loads(json.dumps(document(355, 355)))  # without aliases
    with (folder / "large.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(plain, file, Dumper=yaml.CSafeDumper, sort_keys=False, width=110)
    for path in large["paths"].values():
        for operation in path.values():
            del operation["summary"], operation["responses"]["404"]
            operation["responses"]["200"]["content"]["application/json"]["examples"]["default"]["value"] = {"id": "x"}
    (folder / "faulty.json").write_text(json.dumps(large, indent=1), encoding="utf-8")
    many = write_many_files(folder / "many")
    names = {
        "small": "small.json",
        "deep": "deep.json",
        "many files": f"many/{many.name}",
        "large, YAML": "large.yaml",
        "large, JSON": "large.json",
        "large and faulty": "faulty.json",
    }
    return {f"{what}, {_size(folder / name)}": name for what, name in names.items()}


def _size(path: Path) -> str:
    size = sum(one.stat().st_size for one in path.parent.rglob("*.json")) if path.parent.name == "many" else 0
    return f"{(size or path.stat().st_size) / 1e6:.1f} MB"


def commands(folder: Path, *, peers: bool) -> dict[str, list[str]]:
    """Who is compared, and how each is called."""
    made = {
        "opsbook": [sys.executable, "-m", "opsbook", "check"],
        "openapi-spec-validator": [sys.executable, "-m", "openapi_spec_validator"],
    }
    npm = shutil.which("npm")
    if peers and npm:
        tools = folder / "tools"
        tools.mkdir()
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(tools), *PEERS], check=True
        )
        (folder / ".spectral.yaml").write_text("extends: ['spectral:oas']\n", encoding="utf-8")
        bin_ = tools / "node_modules/.bin"
        made["Redocly CLI"] = [str(bin_ / "redocly"), "lint", "--max-problems=10000"]
        made["Spectral"] = [str(bin_ / "spectral"), "lint", "--quiet", "--ruleset", str(folder / ".spectral.yaml")]
    return made


def main() -> None:
    """Measure and print."""
    peers = "--peers" in sys.argv
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # In a process of its own: what this one takes is counted as memory of those that it starts.
        script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import bench_openapi as bench"
        writing = f"{script}, json, pathlib; print(json.dumps(bench.write_documents(pathlib.Path({scratch!r}))))"
        documents = json.loads(
            subprocess.run([sys.executable, "-c", writing], check=True, stdout=subprocess.PIPE).stdout
        )
        compared = commands(folder, peers=peers)
        print(f"{'CPU seconds, MiB, times the CPU of opsbook':44}" + "".join(f"{name:>28}" for name in compared))
        for what, name in documents.items():
            costs = {
                who: measure([*command, name], folder, 3 if who == "opsbook" else 1)
                for who, command in compared.items()
            }
            own = costs["opsbook"]
            print(f"{what:44}" + "".join(f"{_shown(cost, own):>28}" for cost in costs.values()), flush=True)


def _shown(cost: Cost | None, own: Cost | None) -> str:
    if cost is None or own is None:
        return "gives up"
    return f"{cost.seconds:.2f}  {cost.memory:4.0f}  {cost.seconds / own.seconds:5.1f}"


if __name__ == "__main__":
    main()
