"""Markdown files with front matter as specs: their places, their ignores, and what they take from APIs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases import kind, project, run, spec, write
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.guide.body import Embed, Heading, Listing, Prose, blocks
from opsbook.kinds.guide.embeds import found
from opsbook.markdown_source import MarkdownSource
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.read import load
from opsbook.reference import Home
from opsbook.source import Fault, Place

SETTINGS = {"opsbook.yaml": "openapi: {rule_set: minimal}\n"}
"""These documents say no more than what guides show of them."""

ORDERS = (Path(__file__).parent / "answers/orders.yaml").read_text(encoding="utf-8")
GUIDE = """---
kind: guide
id: order
title: Place an order
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: How to.
apis: [orders]
---
See [[operation:orders#createOrder]].

```python run
print("ready")
```
"""


PLAIN = GUIDE.replace("apis: [orders]\n", "").partition("See")[0]
"""A guide that explains no API, up to where its text begins."""


def check(root: Path, guide: str, path: str = "specs/demo/guides/order.md") -> str:
    """What `opsbook check` says about a project with a guide."""
    return run(write(root, {**SETTINGS, "specs/demo/apis/orders.yaml": ORDERS, path: guide}))[1]


def test_a_good_guide_is_a_spec(tmp_path: Path) -> None:
    assert check(tmp_path, GUIDE) == "nothing wrong\n"


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("owner: backend", "owner: backnd", "5:8", "did you mean `backend`?"),
        ("review_every", "reveiw_every", "7:1", "did you mean `review_every`?"),
        ("apis: [orders]", "apis: [order]", "9:8", "did you mean `orders`?"),
        ("#createOrder", "#creatOrder", "11:5", "did you mean `createOrder`"),
        ("See [[", "A line.\n\nSee it: [[x", "13:9", "nothing here is of the type `xoperation`"),
        (
            "```python run",
            "![[operation:orders#createOrder|errors]]\n![[operation:orders#gone]]\n```python run",
            "14:2",
            "",
        ),
        ("title: Place", "title: 'Place", "4:8", "the quote that opens here is not closed"),
        ("summary: How to.", "summary: How to.\nsummary: Again.", "9:1", "stands twice"),
        ("summary: How to.", "summary: How to.\nbody: Text.", "9:1", "write the text below"),
        ("kind: guide", "kind: gide", "2:7", "did you mean `guide`?"),
        ("---\nkind", "kind", "1:1", "it does not begin with front matter"),
        ("orders]\n---\n", "orders]\n", "1:1", "its front matter is not closed"),
        ("```python run", "<!-- ignore[guide/no-sample] -->\n```python run", "13:1", "ignores nothing"),
    ],
)
def test_a_fault_has_its_place_in_the_file(old: str, new: str, place: str, said: str, tmp_path: Path) -> None:
    found = check(tmp_path, GUIDE.replace(old, new))
    assert f"specs/demo/guides/order.md:{place}: " in found, found
    assert said in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("See [[", "<!-- ignore[project/unknown-reference]: it comes next week -->\nSee [[operation:orders#next]], [["),
        ("createOrder]].", "next]]. <!-- ignore[project/unknown-reference]: it comes next week -->"),
        ("owner: backend", "owner: nobody  # ignore[project/unknown-reference]: it comes next week"),
        ("```python run", "<!-- ignore[guide/unknown-embed]: soon -->\n![[api:orders|tags]]\n```python run"),
        ("```python run\n", "<!-- ignore[guide/unknown-language]: soon -->\n```ruby run\n```\n```python run\n"),
    ],
)
def test_a_finding_is_ignored_with_a_reason(old: str, new: str, tmp_path: Path) -> None:
    assert check(tmp_path, GUIDE.replace(old, new)) == "nothing wrong\n"


def test_markdown_elsewhere_is_no_spec(tmp_path: Path) -> None:
    assert check(tmp_path, "# Notes\n", "specs/demo/README.md") == "nothing wrong\n"
    assert check(tmp_path, "# Notes\n", "specs/demo/runbooks/guides/notes.md") == "nothing wrong\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("operationId: createOrder", "operationId: placeOrder", "`orders` has no operation `createOrder`"),
        ("state: {$ref", "status: {$ref", "`orders` has no schema `Order.state`"),
        ("none: {value: []}", "empty: {value: []}", "no example `none`"),
        ("'201':", "'202':", "no response `201`"),
    ],
)
def test_a_document_that_changes_breaks_its_guide(old: str, new: str, said: str, tmp_path: Path) -> None:
    embeds = (
        "[[schema:orders#Order.state]]\n\n![[operation:orders#listOrders|response 200/none]]\n"
        "![[operation:orders#createOrder|response 201]]\n"
    )
    root = write(
        tmp_path,
        {"specs/demo/apis/orders.yaml": ORDERS.replace(old, new), "specs/demo/guides/order.md": GUIDE + embeds},
    )
    code, found = run(root)
    assert code == 1
    assert said in found


SHOWN = {
    "specs/demo/runbooks/restart.yaml": """
kind: runbook
id: restart
title: Restart
type: operations
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: Restart it.
procedures:
  - id: restarting
    title: Restarting
    steps:
      - id: look
        title: Look
        run: uptime
        effect: read
        expect: {output: up 3 days}
      - id: think
        title: Think
        text: Why?
""",
    "specs/demo/architecture/architecture.yaml": """
kind: architecture
id: architecture
title: Architecture
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: One part.
elements:
  - {id: shop, title: Shop, type: system, description: Sells.}
  - {id: reader, title: Reader, type: person, description: Buys.}
relationships:
  - {from: reader, to: shop, label: Buys}
""",
    "specs/demo/monitoring/watched.yaml": """
kind: monitoring
id: watched
title: Watched
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
alerts:
  - id: down
    title: Down
    condition: No answer for a minute
    meaning: Nobody can buy.
    expr: up == 0
    for: 1m
""",
}


@pytest.mark.parametrize(
    ("embed", "parts"),
    [
        ("runbook:restart#look", ["[Look](../runbooks/restart.md#look)\n\n```bash\nuptime\n```"]),
        ("runbook:restart#look|output", ["```text\nup 3 days\n```"]),
        ("view:context", ["architecture/context.md)", "<svg", "The picture in words", "| [Reader]("]),
        ("system:demo|roles", ["| Role | Answers for | Contact |\n| --- | --- | --- |\n| ["]),
        ("system:demo|services", ["| Service | What it does |"]),
        ("system:demo|environments", ["| Environment | What it is |"]),
        ("system:demo|urls", ["| What | Address |"]),
        ("role:backend", ["| Role | Answers for | Contact |\n| --- | --- | --- |\n| ["]),
        ("alert:down", ["| Alert | Severity |", "| [Down](", "No answer for a minute", "1 min"]),
        ("monitoring:watched|alerts", ["| Alert | Severity |", "| [Down]("]),
    ],
)
def test_a_guide_shows_what_other_specs_say(embed: str, parts: list[str], tmp_path: Path) -> None:
    root = write(tmp_path, {**SETTINGS, **SHOWN, "specs/demo/guides/order.md": f"{PLAIN}\n![[{embed}]]\n"})
    whole = load(root, all_kinds()).project
    (page,) = (page for one in whole.specs if one.kind.name == "guide" for page in one.kind.pages(one, whole))
    for part in parts:
        assert part in page.body


@pytest.mark.parametrize(
    ("embed", "said", "cure"),
    [
        ("runbook:restart", "`restart` is no step with a command", "embed a step that has `run` or `snippet`"),
        ("runbook:restart#think", "`restart#think` is no step with a command", "embed a step"),
        ("runbook:restart#look|outptu", "there is no view `outptu` of a step", "write `output`"),
        ("view:context|large", "`context|large` is no picture of the architecture", "embed a `view:`"),
        ("element:shop", "`shop` is no picture of the architecture", "embed a `view:`"),
        ("system:demo", "there is no view `` of a system", ""),
        ("system:demo|role", "there is no view `role` of a system", "did you mean `roles`?"),
        ("role:backend|duties", "`backend` cannot be embedded so", "embed the system, with one of `|services`"),
        ("monitoring:watched", "there is no view `` of the monitoring", ""),
        ("monitoring:watched|alert", "there is no view `alert` of the monitoring", "did you mean `alerts`?"),
        ("monitoring:watched|slos", "`watched` has no slos", "embed the document that has them"),
        ("alert:down|all", "`down` cannot be embedded so", "embed an `alert:` or an `slo:`"),
        ("alert:dwon", "did you mean", "down"),
        ("guide:order", "`guide:order` cannot be embedded", "the step of a runbook"),
    ],
)
def test_what_cannot_be_shown_is_said(embed: str, said: str, cure: str, tmp_path: Path) -> None:
    root = write(tmp_path, {**SETTINGS, **SHOWN, "specs/demo/guides/order.md": f"{PLAIN}\n![[{embed}]]\n"})
    found = run(root)[1]
    assert said in found, found
    assert cure in found


@pytest.mark.parametrize(
    ("embed", "parts"),
    [
        (
            "operation:pets#addPet",
            ["| <code>pet</code> | <code>body</code> | [Pet](", "| <code>201</code> | There. | [Pet]("],
        ),
        ("operation:pets#addPet|request", ['"name": "string"']),
        ("operation:pets#addPet|response 201", ['"name": "string"']),
        ("operation:pets#listPets|response 200", ['"name": "rex"']),
        ("operation:pets#listPets|curl", ["curl 'https://pets.example.com/v2/pets?count=1'"]),
        (
            "operation:pets#addPet|curl",
            ["https://pets.example.com/v2/pets", '_PASSWORD"', "--data-raw '{"],
        ),
        ("schema:pets#Pet", ["| <code>name</code> | <code>string</code> | yes |"]),
    ],
)
def test_documents_of_2_0_are_shown_alike(embed: str, parts: list[str], tmp_path: Path) -> None:
    pets = (Path(__file__).parent / "answers/pets.yaml").read_text(encoding="utf-8")
    files = {"specs/demo/apis/pets.yaml": pets, "specs/demo/guides/order.md": f"{GUIDE}\n![[{embed}]]\n"}
    root = write(tmp_path, {**SETTINGS, "specs/demo/apis/orders.yaml": ORDERS, **files})
    assert run(root)[1] == "nothing wrong\n"
    whole = load(root, all_kinds()).project
    (page,) = (page for one in whole.specs if one.kind.name == "guide" for page in one.kind.pages(one, whole))
    for part in parts:
        assert part in page.body


# The body, taken apart


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", ()),
        ("Text\n\nmore", (Prose(1, "Text\n\nmore"),)),
        ("# One\n## Two ##\n", (Prose(1, "# One"), Heading(2, 2, "Two", "two"))),
        ("## A {#x}\n### A\n## A", (Heading(1, 2, "A", "x"), Heading(2, 3, "A", "a"), Heading(3, 2, "A", "a-2"))),
        ("## ¿?", (Heading(1, 2, "¿?", "section"),)),
        ("![[a]]\n![[ b | response  200/x ]]", (Embed(1, "a", ""), Embed(2, "b", "response 200/x"))),
        ("see ![[a]]", (Prose(1, "see ![[a]]"),)),
        ("<!-- a note -->\n\n", ()),
        ("```\n## A\n![[a]]\n```", (Prose(1, "```\n## A\n![[a]]\n```"),)),
        (
            "```python run\n1\n```\n```python run\n```",
            (Listing(1, "python-1", "python", "1"), Listing(4, "python-2", "python", "")),
        ),
        ("~~~~ Python  run\n~~~\n~~~~", (Listing(1, "python-1", "python", "~~~"),)),
        ("```python run\n```\n\n```text output\na \n\nb\n```", (Listing(1, "python-1", "python", "", ("a", "", "b")),)),
        ("```python\n1\n```", (Prose(1, "```python\n1\n```"),)),
        ("```bash run background\nls\n```", (Listing(1, "bash-1", "bash", "ls", background=True),)),
        ("```sql file=a/b.sql\n1\n```", (Listing(1, "sql-1", "sql", "1", path="a/b.sql"),)),
        (
            "## Python 1\n```python run\n```",
            (Heading(1, 2, "Python 1", "python-1-2"), Listing(2, "python-1", "python", "")),
        ),
    ],
)
def test_a_body_is_taken_apart(body: str, found: tuple[object, ...]) -> None:
    assert blocks(body) == found


PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "---",
            "kind: guide\n",
            "id: a\n",
            "body: b\n",
            "apis: [a]\n",
            "\n",
            "\r\n",
            "\t",
            "\x00",
            "\ufeff",
            "- ",
            "{",
        ),
        *(
            "```python run\n",
            "```\n",
            "~~~",
            "```text output\n",
            "## A\n",
            "![[a|b]]\n",
            "[[a]]",
            "<!--",
            "-->",
            "é",
            "\u2028",
        ),
        *("<!-- ignore[a] -->\n", "# ignore[b]\n", "title: |\n  ---\n", "'", '"'),
    ]
)


@given(st.one_of(st.binary(max_size=40), st.lists(PIECES, max_size=30).map(lambda parts: "".join(parts).encode())))
@example(b"---\n---")
@example(b"---\n[]\n---\n")
@example(b"---\nbody: 1\n---\n")
@example(b"---\n\n---\n")
def test_any_file_is_read_or_explains_itself(raw: bytes) -> None:
    made = MarkdownSource.parse("specs/demo/guides/any.md", raw)
    if isinstance(made, Fault):
        assert made.message
        assert made.hint
        return
    assert made.place(("body",), within=Place(1, 1)).line >= 1
    parsed = kind("guide").parse(made, "demo")
    assert isinstance(parsed, Spec) or all(one.line >= 1 for one in parsed)
    assert all(number >= 1 for number in made.comments)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_line_of_a_body_is_lost(body: str) -> None:
    found = blocks(body)
    lines = [block.line for block in found]
    assert lines == sorted(set(lines))
    assert all(1 <= line <= body.count("\n") + 1 for line in lines)


WORDS = st.sampled_from(
    [
        *(
            "request",
            "response",
            "errors",
            "curl",
            "parameters",
            "operations",
            "servers",
            "security",
            "200",
            "201",
            "default",
        ),
        *(" ", "/", "|", "two", "none", "", "é", "4XX"),
    ]
)


@given(
    st.sampled_from(["operation", "schema", "api", "role", "guide"]),
    st.sampled_from(
        [
            "orders",
            "backend",
            *(f"orders#{name}" for name in ("listOrders", "createOrder", "onSent", "Tree", "Order.id")),
        ]
    ),
    st.lists(WORDS, max_size=4).map("".join),
)
def test_any_embed_is_shown_or_explained(type_: str, id_: str, view: str) -> None:
    whole, home = demo(), Home("demo", "guide", "everything")
    shown = found(f"{type_}:{id_}", view, whole, home)
    if callable(shown):
        assert shown(Printer(whole, "demo/guides/everything.md", home))
    elif shown is not None:
        assert shown.message
        assert shown.hint


@cache
def demo() -> Project:
    """A project with a guide and an API."""
    case = Path(__file__).parent / "kinds/guide/good/everything.markdown"
    return project(spec(f"specs/demo/{case.name}", case.read_bytes()))
