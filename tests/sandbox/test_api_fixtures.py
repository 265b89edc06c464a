"""Programs of guides, run against fixtures that answer for their APIs; and steps against the same fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from small import declared, procedure, runbook, sandbox, step

from cases import kind, write
from opsbook.cli import main
from opsbook.evidence import Status, statuses
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.sandbox import running
from opsbook.sandbox.trials import sandbox_of

ORDERS = (Path(__file__).parent.parent / "answers/orders.yaml").read_text(encoding="utf-8")
FRONT = """---
kind: guide
id: order
title: Place an order
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: From the first request to an order.
apis: [orders]
timeout: 5s
---
"""
PYTHON = """```python run
import json, os, urllib.request

request = urllib.request.Request(
    os.environ["ORDERS_URL"] + "/orders",
    data=json.dumps({"state": "new", "goods": ["tea"]}).encode(),
    headers={"Authorization": "Bearer " + os.environ["API_TOKEN"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print("status", response.status)
    print("order", json.load(response)["id"])
```

```text output
status 201
...
order 1
```
"""
JAVASCRIPT = """```javascript run
const headers = { Authorization: `Bearer ${process.env.API_TOKEN}` };
const response = await fetch(`${process.env.ORDERS_URL}/orders/mine`, { headers });
console.log("status", response.status);
```
```text output
status 204
```
"""


def opsbook_test(root: Path, *arguments: str) -> Result:
    """What `opsbook test` says."""
    result = CliRunner(env={"CI": None, "BUILD_NUMBER": None}).invoke(
        main, ["test", "-C", str(root), "-n", "0", *arguments]
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def project(root: Path, *programs: str, **more: str) -> Path:
    """A project of the system `demo` with an API and a guide, and no sandbox."""
    body = "\n".join(programs)
    return write(
        root, {"specs/demo/apis/orders.yaml": ORDERS, "specs/demo/guides/order.md": f"{FRONT}\n{body}\n", **more}
    )


def proved(root: Path) -> dict[str, Status]:
    """What may be said of the programs of the guide."""
    loaded = load(root, all_kinds()).project
    (guide,) = (spec for spec in loaded.specs if spec.kind.name == "guide")
    return statuses(guide, loaded)


def test_a_guide_needs_no_sandbox_and_leaves_evidence(tmp_path: Path) -> None:
    root = project(tmp_path, PYTHON, JAVASCRIPT)
    result = opsbook_test(root, "--evidence", str(root / "evidence"))
    assert result.exit_code == 0, result.output
    assert "2 steps passed for real" in result.output
    evidence = json.loads((root / "evidence/demo.json").read_text(encoding="utf-8"))
    assert list(evidence) == ["guide:order#javascript-1", "guide:order#python-1"]
    assert {name: said for name, (said, _) in proved(root).items()} == {"python-1": "real", "javascript-1": "real"}
    (guide,) = (spec for spec in load(root, all_kinds()).project.specs if spec.kind.name == "guide")
    (page,) = kind("guide").pages(guide, load(root, all_kinds()).project)
    assert "opsbook-tested--real" in page.body
    assert proved(root)["python-1"][1].day in page.body  # type: ignore[union-attr]  # it was proved


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("guides/order.md", "goods", "wares", "stale"),
        ("guides/order.md", "order 1", "order 2", "stale"),
        ("guides/order.md", "status 201\n...", "status 201", "real"),
        ("apis/orders.yaml", "description: Taken.", "description: It is taken.", "stale"),
        ("guides/order.md", "summary: From", "summary: All from", "real"),
    ],
)
def test_what_a_run_proves_holds_for_its_texts_alone(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    root = project(tmp_path, PYTHON)
    opsbook_test(root, "--evidence", str(root / "evidence"))
    path = root / "specs/demo" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert proved(root)["python-1"][0] == said


@pytest.mark.parametrize(
    ("program", "parts"),
    [
        (
            PYTHON.replace('"goods"', '"wares"'),
            [
                "it ended with 1, not 0",
                "POST /shop/v1/orders was refused with 400: `/goods`: `goods` is missing; `/wares`: the document has",
                "HTTP Error 400",
            ],
        ),
        (PYTHON.replace("order 1\n", "order 2\n"), ["the output has no line `order 2` after `status 201`"]),
        (PYTHON.replace("status 201\n...\norder 1", "order 1\nstatus 201"), ["no line `status 201` after `order 1`"]),
        ("```python run\nwhile True: pass\n```", ["it took longer than 5 s, and the sandbox was ended"]),
        ("```javascript run\nthrow new Error('no');\n```", ["it ended with 1, not 0", "Error: no"]),
        ("```python run\nimport socket\nsocket.create_connection(('192.0.2.1', 80), 2)\n```", ["unreachable"]),
    ],
)
def test_a_program_that_fails_says_why(program: str, parts: list[str], tmp_path: Path) -> None:
    result = opsbook_test(project(tmp_path, program))
    assert result.exit_code == 1
    for part in parts:
        assert part in result.output


def test_what_is_refused_on_purpose_is_no_fault(tmp_path: Path) -> None:
    program = """```python run
import os, urllib.error, urllib.request
try:
    urllib.request.urlopen(os.environ["ORDERS_URL"] + "/orders")
except urllib.error.HTTPError as error:
    print(error.code, error.headers["WWW-Authenticate"])
```
```text output
401 Bearer
```"""
    assert opsbook_test(project(tmp_path, program)).exit_code == 0


def test_without_node_the_cure_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsbook.sandbox.running.sysconfig.get_path", lambda _name: str(tmp_path / "nowhere"))
    monkeypatch.setattr("opsbook.sandbox.running.shutil.which", lambda *_, **__: None)
    assert "pip install opsbook[javascript]" in running._node()  # noqa: SLF001  # a sandbox without servers has no wheels


def test_a_guide_of_an_unknown_api_fails_with_its_name(tmp_path: Path) -> None:
    root = project(tmp_path, PYTHON)
    (root / "specs/demo/apis/orders.yaml").unlink()
    result = opsbook_test(root)
    assert result.exit_code == 1
    assert "there is no API `orders` to answer for" in result.output


# Steps of runbooks


def served(root: Path, *steps: dict[str, Any], **service: Any) -> Path:
    """A project whose sandbox answers for the API of the orders, and a runbook that calls it."""
    documents = {
        "sandbox": sandbox(http=[{"id": "shop", "port": 8000, "api": "orders", **service}]),
        "runbooks/call": runbook("call", procedure("main", *steps)),
    }
    specs = {f"specs/demo/{name}.yaml": yaml.safe_dump(one, sort_keys=False) for name, one in documents.items()}
    return write(root, {"specs/demo/apis/orders.yaml": ORDERS, **specs})


SHOP = "curl -sS --fail-with-body -H 'Authorization: Bearer t' http://localhost:8000"


def test_a_sandbox_answers_from_a_document(tmp_path: Path) -> None:
    root = served(
        tmp_path,
        step("all", f"{SHOP}/shop/v1/orders", expect={"json": {"$[0].state": "new"}}),
        step("chosen", f"{SHOP}/shop/v1/orders -H 'Prefer: example=none'", expect={"contains": ["[]"]}),
        step("own", f"{SHOP}/shop/v1/orders/mine", expect={"contains": ["by hand"]}),
        step("misspelt", f"{SHOP}/shop/v1/orders?limt=3"),
        routes=[{"path": "/shop/v1/orders/mine", "body": "by hand"}],
    )
    result = opsbook_test(root, "--evidence", str(root / "evidence"))
    assert "3 steps passed for real" in result.output
    assert "no query parameter `limt`; did you mean `limit`?" in result.output
    assert "GET /shop/v1/orders?limt=3 was refused with 400" in result.output
    loaded = load(root, all_kinds()).project
    (document,) = (spec for spec in loaded.specs if spec.kind.name == "runbook")
    assert statuses(document, loaded)["all"][0] == "real"
    (root / "specs/demo/apis/orders.yaml").write_text(ORDERS.replace("Taken.", "It is taken."), encoding="utf-8")
    loaded = load(root, all_kinds()).project
    (document,) = (spec for spec in loaded.specs if spec.kind.name == "runbook")
    assert statuses(document, loaded)["all"][0] == "stale"


def test_a_gateway_answers_for_several_apis(tmp_path: Path) -> None:
    root = served(
        tmp_path,
        step("orders", f"{SHOP}/shop/v1/orders", expect={"json": {"$[0].state": "new"}}),
        step("goods", f"{SHOP}/goods/v1/orders", expect={"json": {"$[0].state": "new"}}),
        step("neither", f"{SHOP}/wares/v1/orders"),
        api=None,
        apis=["orders", "goods"],
    )
    goods = ORDERS.replace("/shop/v1", "/goods/v1")
    write(root, {"specs/demo/apis/goods.yaml": goods})
    result = opsbook_test(root)
    assert "2 steps passed for real" in result.output
    assert "GET /wares/v1/orders was refused with 404" in result.output


def test_a_service_is_one_api_or_a_gateway() -> None:
    with pytest.raises(ValueError, match="either one `api` or, as a gateway, several `apis`"):
        declared(http=[{"id": "shop", "port": 8000, "api": "orders", "apis": ["goods"]}])


def test_the_sandbox_of_a_guide_is_its_own(tmp_path: Path) -> None:
    root = project(tmp_path, PYTHON, **{"specs/demo/sandbox.yaml": yaml.safe_dump(sandbox(folder="elsewhere"))})
    loaded = load(root, all_kinds()).project
    folders = {spec.kind.name: made.folder for spec in loaded.specs if (made := sandbox_of(spec, loaded))}
    assert folders["guide"] == "samples"
    assert folders["system"] == "elsewhere"


SESSION = """
```bash run
mkdir work && cd work
export WHO=reader
```

```typescript file=src/hello.ts
export const hello = (who: string): string => `hello ${who}, it is ${Date.now()}`;
```

```bash run
node -e "import('./src/hello.ts').then(({ hello }) => console.log(hello(process.env.WHO)))"
cat ~/note
psql -h localhost -U postgres -XAtc 'SELECT 6 * 7'
npm --version
```

```text output
hello reader, it is …
from the sandbox
42
…
```

```bash run background
echo "listening on 8000"
sleep 60
```

```text output
listening on …
```

```typescript run
const answer: number = 42;
console.log(answer, process.env.API_TOKEN ? "with a token" : "without");
```

```text output
42 with a token
```
"""
MACHINE = {
    **sandbox(
        files={"note": "from the sandbox\n"}, postgres=[{"id": "database"}], environment={"PGPASSWORD": "postgres"}
    ),
    "id": "machine",
    "named": True,
}


def session(root: Path, text: str = SESSION, machine: dict[str, Any] = MACHINE) -> Path:
    """A project with a guide that names a sandbox, which is the only one."""
    front = FRONT.replace("apis: [orders]\ntimeout: 5s", "sandbox: machine\ntimeout: 15s")
    return write(
        root, {"specs/demo/guides/order.md": front + text, "specs/demo/guides/machine.yaml": yaml.safe_dump(machine)}
    )


def test_commands_share_a_session_and_find_their_files(tmp_path: Path) -> None:
    root = session(tmp_path)
    result = opsbook_test(root, "--evidence", str(root / "evidence"))
    assert result.exit_code == 0, result.output
    assert "5 steps passed for real" in result.output
    assert {said for said, _ in proved(root).values()} == {"real"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hello ${who},", "bye ${who},", "the output has no line `hello reader, it is …`"),
        ("listening on 8000", "cannot listen", "the output has no line `listening on …`"),
        ("cat ~/note", "cat note", "it ended with 1, not 0"),
    ],
)
def test_a_command_that_fails_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    result = opsbook_test(session(tmp_path, SESSION.replace(old, new)))
    assert result.exit_code == 1
    assert said in result.output


def test_a_page_says_that_a_double_answered(tmp_path: Path) -> None:
    calls = [{"argv": "compose ps", "stdout": "up\n"}]
    machine = {**MACHINE, "postgres": [], "doubles": [{"program": "docker", "why": "There is none.", "calls": calls}]}
    root = session(tmp_path, "```bash run\ndocker compose ps\n```\n```text output\nup\n```\n", machine)
    assert opsbook_test(root, "--evidence", str(root / "evidence")).exit_code == 0
    loaded = load(root, all_kinds()).project
    (guide,) = (spec for spec in loaded.specs if spec.kind.name == "guide")
    (page,) = kind("guide").pages(guide, loaded)
    assert "run with a double on" in page.body


def test_what_a_named_sandbox_holds_makes_evidence_stale_and_is_for_guides_alone(tmp_path: Path) -> None:
    root = session(tmp_path)
    assert opsbook_test(root, "--evidence", str(root / "evidence")).exit_code == 0
    write(root, {"snippets/demo/fixtures/fill.sh": "true\n"})
    assert {said for said, _ in proved(root).values()} == {"real"}
    session(root, machine={**MACHINE, "setup": [{"id": "fill", "snippet": "demo/fixtures/fill.sh"}]})
    assert {said for said, _ in proved(root).values()} == {"stale"}
    session(root, machine={**MACHINE, "files": {"note": "from the sandbox\nof today\n"}})
    assert {said for said, _ in proved(root).values()} == {"stale"}
    look = runbook("look", procedure("all", step("first", run="true")))
    write(root, {"specs/demo/runbooks/look.yaml": yaml.safe_dump(look)})
    result = opsbook_test(root, str(root / "specs/demo/runbooks"))
    assert "`demo` has no sandbox to run its commands in" in result.output
