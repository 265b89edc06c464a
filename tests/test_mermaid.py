"""The Mermaid that opsbook writes, and the Mermaid of specs that it lets a browser draw."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsbook.diagrams.mermaid import encode, name, source
from opsbook.diagrams.values import Boundary, Edge, Graph, Node, Sequence, SequenceMessage
from opsbook.drawable import fault
from opsbook.markup import block, code

NODES = [
    Node("app", "App", "FastAPI", inside="shop"),
    Node("db", 'Shop "main"', shape="database", inside="shop"),
    Node("user", "User", shape="person"),
]
EDGES = [
    Edge("user", "app", "Orders; pays"),
    Edge("app", "db", stroke="dashed"),
    Edge("db", "app", "a --> b", "dotted"),
]
GRAPH = """\
flowchart TB
  n_user(["User"])
  subgraph n_shop ["The shop<br/>System"]
    n_app["App<br/>FastAPI"]
    n_db[("Shop #34;main#34;")]
  end
  n_app -.-> n_db
  n_db -.->|"a --#62; b"| n_app
  n_user -->|"Orders#59; pays"| n_app
"""
SEQUENCE = """\
sequenceDiagram
  actor n_user as User
  participant n_app as App<br/>FastAPI
  n_user->>n_app: Orders
  opt Sold out
    n_app-)n_app: Tells#58; nobody
    n_app-->>n_user: No
  end
  opt Else
    n_app-->>n_user: Yes
  end
"""


def test_a_graph_has_a_source() -> None:
    assert source(Graph.of(NODES, EDGES, [Boundary("shop", "The shop", "System")])) == GRAPH


def test_the_order_of_its_parts_changes_nothing() -> None:
    boundaries = [Boundary("shop", "The shop", "System"), Boundary("inner", "Inner", inside="shop")]
    sources = {source(Graph.of(list(nodes), EDGES[::-1], boundaries[::-1])) for nodes in permutations(NODES)}
    assert sources == {source(Graph.of(NODES, EDGES, boundaries))}


def test_a_sequence_has_a_source() -> None:
    messages = (
        SequenceMessage("user", "app", "Orders"),
        SequenceMessage("app", "app", "Tells: nobody", "dashed", "Sold out"),
        SequenceMessage("app", "user", "No", "dotted", "Sold out"),
        SequenceMessage("app", "user", "Yes", "dotted", "Else"),
    )
    assert source(Sequence((NODES[2], NODES[0]), messages)) == SEQUENCE


IDS = (
    *("app", "user-api", "user_api", "user.api", "User-API", "production/host", "production-host", "a/b-c", "a-b/c"),
    *("end", "style", "class", "__proto__", "constructor", "9", "ñandú", "nandu", "日本", "中国", "", " ", "-"),
)


def test_ids_become_names_that_tell_what_they_were() -> None:
    assert [name(id_) for id_ in ("user-api", "end", "production/host-1")] == [
        "n_user_api",
        "n_end",
        "n_production__host_1",
    ]


def test_no_two_ids_share_a_name() -> None:
    names = [name(id_) for id_ in IDS]
    assert len(set(names)) == len(IDS)
    assert [one for one in names if not re.fullmatch(r"n_[a-z0-9_]*", one)] == []


@given(st.lists(st.text("ab-_/. é", max_size=6), unique=True, max_size=50))
def test_names_are_as_different_as_ids(ids: list[str]) -> None:
    assert len({name(id_) for id_ in ids}) == len(ids)


@given(st.text())
def test_encoded_text_is_made_of_letters_and_numbers(text: str) -> None:
    encoded = encode(text)
    rest = re.sub(r"#\d+;", "", encoded)
    assert [one for one in rest if not (one.isalpha() or re.match("[0-9 .,_/-]", one))] == []
    assert re.sub(r"#(\d+);", lambda match: chr(int(match[1])), encoded) == " ".join(text.split())


DRAWN = """\
flowchart TB\\n  a["one<br/>two"] <-->|x| b{{x}} & c\\n  style a fill:#f9f,stroke-width:2px
graph LR; a-->b; classDef hot fill:#f00,color:white; class a hot
%% what it is about\\nflowchart TB\\n a@{ shape: cyl, label: "Data" } --> b\\n e1@{ animate: true }
sequenceDiagram\\n  actor a as A\\n  a->>+b: details are here\\n  b-->>-a: link this\\n  Note over a,b: x
sequenceDiagram\\n  participant q@{ "type" : "queue" }\\n  a<<->>q: x
classDiagram\\n  class Shape { <<interface>>\\n  +area() float }\\n  Shape <|-- Circle
stateDiagram-v2\\n  [*] --> s\\n  state f <<fork>>\\n  s --> [*]
erDiagram\\n  ORDER ||--o{ LINE : holds\\n  details { string id }
gantt\\n  title A plan\\n  section One\\n  Build :a1, 2026-01-01, 30d
flowchart TB\\n  a["Data: personal, secret"] --> b["style: plain"]
pie title Shares\\n  "a" : 1\\n  "b" : 2
timeline\\n  2026 : Links : Details
mindmap\\n  root((x))\\n    links\\n    click
gitGraph\\n  commit id: "a"\\n  branch b
""".splitlines()

REFUSED = """\
begin: tableOfContents\\n a-->b
begin: ---\\nconfig:\\n  themeCSS: x\\n---\\nflowchart TB\\n a-->b
begin: flowcharts TB\\n a-->b
begin: C4Context\\n Person(a, "b", $sprite="https://pwned.example/x.png")
begin: architecture-beta\\n service a(logos:aws)[x]
options: %%{init: {'themeCSS': '.x{background:url(https://pwned.example)}'}}%%\\nflowchart TB\\n a-->b
options: flowchart TB\\n %% {init: {}}%%\\n a-->b
HTML: flowchart TB\\n a["<img src=x onerror=alert(1)>"]
HTML: flowchart TB\\n a["</code></pre><script>alert(1)</script>"]
HTML: flowchart TB\\n a["<br onclick=alert(1)>"]
HTML: flowchart TB\\n a["<<img src=x>>"]
HTML: flowchart TB\\n a["<!-- x"]
HTML: flowchart TB\\n a["`<b>x</b>`"]
links: flowchart TB\\n a-->b\\n click a href "javascript:alert(1)"
links: flowchart TB; a-->b; CLICK a call f()
links: flowchart TB\\n a-->b\\n click a "https://pwned.example"
links: classDiagram\\n class A\\n link A "https://pwned.example"
links: sequenceDiagram\\n participant a\\n links a: {"x": "javascript:alert(1)"}
links: sequenceDiagram\\n participant a\\n details a: __config
links: sequenceDiagram\\n participant a\\n link a: x @ https://pwned.example
images: flowchart TB\\n a@{ img: "https://pwned.example/x.png" }
images: flowchart TB\\n a@{ shape: rect, "img": "x.png" }
images: flowchart TB\\n a@{ shape: rect\\n img: "x.png" }
images: flowchart TB\\n a@{ "\\\\x69mg": "x.png" }
images: flowchart TB\\n a@{ icon: "fa:x" }
styles: flowchart TB\\n a-->b\\n style a fill:url(https://pwned.example/x.svg)
styles: flowchart TB\\n a-->b\\n classDef x background:u\\\\72l(https://pwned.example)
styles: flowchart TB; a-->b; linkStyle 0 stroke:red}*{background:red
address: sequenceDiagram\\n rect url(https://pwned.example/x.svg)\\n a->>b: x\\n end
address: flowchart TB\\n a["`[x](javascript:alert(1))`"]
address: flowchart TB\\n a["@import x"]
formulas: flowchart TB\\n a["$$\\\\href{x}{y}$$"]
""".splitlines()


def typed(line: str) -> str:
    """A diagram of a table: `\\n` for a new line."""
    return re.sub(r"(?<!\\)\\n", "\n", line).replace("\\\\", "\\")


@pytest.mark.parametrize("line", DRAWN)
def test_a_diagram_that_can_do_nothing_is_drawn(line: str) -> None:
    assert fault(typed(line)) == ""
    shown = block(f"Look:\n\n```mermaid\n{typed(line)}\n```\n")
    assert shown.startswith('Look:\n\n<pre class="mermaid"><code>')
    assert shown.count("\n") == 2, "on one line, where no engine looks for Markdown"
    assert shown.count("<") == 4


@pytest.mark.parametrize("line", REFUSED)
def test_a_diagram_that_could_load_run_or_lead_somewhere_is_shown_as_typed(line: str) -> None:
    says, _, text = line.partition(": ")
    assert says in fault(typed(text))
    for info in ("mermaid", "Mermaid", "{.mermaid}"):
        shown = block(f"```{info}\n{typed(text)}\n```")
        assert shown.startswith("<pre><code>")
        assert shown.count("<") == 4


def test_nothing_is_no_diagram() -> None:
    assert fault("") == "does not begin with a type of diagram"


def test_a_diagram_in_a_list_is_drawn() -> None:
    shown = block("1. See\n\n    ```mermaid\n    flowchart TB\n      a-->b\n    ```\n\n2. Go on")
    assert '\n    <pre class="mermaid"><code>flowchart TB&#10;' in shown


def test_other_code_stays_a_fence() -> None:
    assert code("flowchart TB", "text") == "```text\nflowchart TB\n```"
