"""Mermaid in a browser: fences that people write, and what Mermaid makes of the sources that opsbook writes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Dialog, Page
from selectolax.lexbor import LexborHTMLParser

import opsbook as package
from browser.conftest import Site, Visit, once, opsbook
from opsbook import scaffold
from opsbook.diagrams.figure import figure
from opsbook.diagrams.mermaid import name, source
from opsbook.diagrams.values import Boundary, Diagram, Edge, Graph, Node, Sequence, SequenceMessage, Shape
from opsbook.labels import Labels
from opsbook.markup import literal

ASSETS = Path(package.__file__).parent / "assets"
LIBRARY = ASSETS / "mermaid/mermaid.min.js"

OPEN_SHADOWS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (settings) { return attach.call(this, { ...settings, mode: "open" }); };
"""
"""Material draws into a closed shadow, where no test can look."""

GOOD = """\
flowchart LR
  a["one<br/>two"] -->|x < y & z| b{{three}}
  style b stroke-width:3px
"""

HOSTILE = (
    'flowchart TB\n  a["<img src=pwned-1 onerror=window.__pwned=1>"]',
    'flowchart TB\n  a["</code></pre><script>window.__pwned=1</script><img src=pwned-2>"]',
    "flowchart TB\n  a --> b\n  click a href \"javascript:window.__pwned=1\"\n  click b call alert('x')",
    "%%{init: {'themeCSS': '.node { background: url(https://pwned.example/3) }'}}%%\nflowchart TB\n  a --> b",
    "%%{init: {'securityLevel': 'loose'}}%%\nflowchart TB\n  a[\"<img src=pwned-4>\"]",
    "---\nconfig:\n  themeCSS: '@import url(https://pwned.example/5)'\n---\nflowchart TB\n  a --> b",
    'flowchart TB\n  a@{ img: "https://pwned.example/6.png", label: "x" }',
    'flowchart TB\n  a@{ "img": "pwned-7.png", w: 20, h: 20 }',
    "flowchart TB\n  a --> b\n  style a fill:url(https://pwned.example/8.svg)",
    "flowchart TB\n  a --> b\n  classDef x background:url(https://pwned.example/9.png)\n  class a x",
    'sequenceDiagram\n  participant a\n  links a: {"x": "javascript:window.__pwned=1"}\n  a->>a: <img src=pwned-10>',
    "sequenceDiagram\n  rect url(https://pwned.example/11)\n  a->>a: x\n  end",
)
"""Sources that would load or run something: they are shown as they were typed."""

TRICKY = (
    'flowchart TB\n  a["#lt;img src=pwned-20 onerror=window.__pwned=1#gt; TRICKY-0"]',
    'flowchart TB\n  a["#60;img src=pwned-21#62; and &lt;img src=pwned-22&gt; TRICKY-1"]',
    'flowchart TB\n  a["`**#60;img src=pwned-23#62;** ![x](https://pwned.example/24.png) TRICKY-2`"]',
    'flowchart TB\n  a["#amp;lt;img src=pwned-25#amp;gt; ﬂ°lt¶ßimg src=pwned-26ﬂ°gt¶ß TRICKY-3"]',
    "sequenceDiagram\n  a->>a: #lt;img src=pwned-27#gt; &lt;img src=pwned-28&gt; TRICKY-4",
    'sequenceDiagram\n  Note over a: #60;image href="https://pwned.example/29.png"#62; TRICKY-5',
    'classDiagram\n  class A["#lt;img src=pwned-30#gt; TRICKY-6"]\n  A : +&lt;img src=pwned-31&gt;',
    "stateDiagram-v2\n  s: #lt;img src=pwned-32#gt; &lt;img src=pwned-33&gt; TRICKY-7",
    'pie title #lt;img src=pwned-34#gt; TRICKY-8\n  "&lt;img src=pwned-35&gt;" : 1',
    'erDiagram\n  A ||--o{ B : "#lt;img src=pwned-36#gt; &lt;img src=pwned-37&gt; TRICKY-9"',
    "mindmap\n  root((#lt;img src=pwned-38#gt; &lt;img src=pwned-39&gt; TRICKY-10))",
    "timeline\n  2026 : #lt;img src=pwned-40#gt; &lt;img src=pwned-41&gt; TRICKY-11",
    "gantt\n  title &lt;img src=pwned-42&gt;\n  section x\n  #lt;img src=pwned-43#gt; TRICKY-12 :a1, 2026-01-01, 3d",
)
"""Sources in which HTML stands as text: they may be drawn, and nothing comes of it."""


def fenced(*sources: str) -> str:
    return "".join(f"```mermaid\n{one.rstrip()}\n```\n\n" for one in sources)


def _fences(folder: Path) -> None:
    project = folder / "project"
    scaffold.new_project(project)
    pages = {
        "plain": "[drawn](drawn.md)",
        "drawn": fenced(GOOD, "sequenceDiagram\n  a->>b: five < six") + "[plain](plain.md)",
        "broken": fenced("flowchart TB\n  a --> --> ["),
        "hostile": fenced(*HOSTILE),
    }
    for name_, text in pages.items():
        (project / f"docs/{name_}.md").write_text(f"# {name_}\n\n{text}\n", encoding="utf-8")
    settings = project / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "".join(f"  - {one}.md\n" for one in pages), encoding="utf-8")
    for number, sources in enumerate(((GOOD,), HOSTILE, TRICKY)):
        spec = {
            **yaml.safe_load((project / "specs/demo/checklists/shift-start.yaml").read_text(encoding="utf-8")),
            "id": f"fences-{number}",
            "title": f"Fences {number}",
            "summary": fenced(*sources),
        }
        (project / f"specs/demo/checklists/fences-{number}.yaml").write_text(
            yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8"
        )
    opsbook("build", "-C", project, "--site-dir", folder / "site")
    # With instant navigation, a page of Material's does nothing from a disk: so that is another site.
    shutil.copytree(folder / "site", folder / "instant")
    for page in (folder / "instant").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '"features": [' in text
        page.write_text(text.replace('"features": [', '"features": ["navigation.instant", ', 1), encoding="utf-8")


@pytest.fixture(scope="session")
def fences(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A site with fences in its pages and in its specs."""
    return once(tmp_path_factory, worker_id, "fences", _fences) / "site"


@pytest.fixture
def look(visit: Callable[..., Visit]) -> Callable[..., tuple[Visit, list[str]]]:
    """Open a page with shadows that can be seen into; gives what it asks for, too."""

    def begin(**settings: Any) -> tuple[Visit, list[str]]:
        seen = visit(**settings)
        asked: list[str] = []
        seen.page.on("request", lambda request: asked.append(request.url))
        seen.page.add_init_script(OPEN_SHADOWS)
        return seen, asked

    return begin


DRAWN = """
() => [...document.querySelectorAll("div.mermaid")].map((host) => {
  const root = host.shadowRoot.querySelector("svg").cloneNode(true);
  for (const style of root.querySelectorAll("style")) style.remove();
  return root.textContent;
})
"""
COLOURS = """
() => {
  const { shadowRoot } = document.querySelector("div.mermaid");
  const styled = (query) => getComputedStyle(shadowRoot.querySelector(query));
  return [styled(".node span").color, styled(".edgeLabel p").backgroundColor];
}
"""


def drawings(page: Page, count: int) -> list[str]:
    """The texts of the drawings of a page, once there are so many."""
    page.wait_for_function(f"document.querySelectorAll('div.mermaid').length >= {count}")
    found: list[str] = page.evaluate(DRAWN)
    return found


@pytest.mark.parametrize("page", ["drawn.html", "demo/checklists/fences-0.html"])
def test_a_fence_is_drawn_from_disk(fences: Path, look: Callable[..., Any], page: str) -> None:
    seen, asked = look()
    seen.open((fences / page).as_uri())
    flow = drawings(seen.page, 1)[0]
    assert [text for text in ("one", "two", "x < y & z", "three") if text not in flow] == []
    assert "<br" not in flow
    assert [url for url in asked if not url.startswith(fences.as_uri())] == []
    assert sum(url.endswith("/mermaid.min.js") for url in asked) == 1
    assert seen.troubles == []


def test_a_drawing_follows_the_palette(fences: Path, look: Callable[..., Any]) -> None:
    seen, _ = look(color_scheme="light")
    page = seen.open((fences / "drawn.html").as_uri())
    drawings(page, 2)
    light = page.evaluate(COLOURS)
    page.locator("form[data-md-component=palette] label:visible").click()
    page.wait_for_selector("[data-md-color-scheme=slate]")
    dark = page.evaluate(COLOURS)
    assert [before != after for before, after in zip(light, dark, strict=True)] == [True, True]
    assert seen.troubles == []


def test_pages_without_a_fence_load_nothing_for_it(
    fences: Path, look: Callable[..., Any], serve: Callable[[Path], str]
) -> None:
    seen, asked = look()
    address = serve(fences.with_name("instant"))
    sitemap = (fences / "sitemap.xml").read_text(encoding="utf-8").replace("https://docs.example.com", address)
    seen.page.route("**/sitemap.xml", lambda route: route.fulfill(body=sitemap, content_type="application/xml"))
    page = seen.open(f"{address}/plain.html")
    page.evaluate("window.stayed = true")
    page.wait_for_timeout(300)
    assert [url for url in asked if "mermaid" in url] == []
    page.click("article a:text('drawn')")
    assert len(drawings(page, 2)) == 2
    page.click("article a:text('plain')")
    page.wait_for_selector("h1:text('plain')")
    page.click("article a:text('drawn')")
    assert "five < six" in drawings(page, 2)[1]
    assert page.evaluate("window.stayed"), "instant navigation keeps the window"
    assert sum(url.endswith("/mermaid.min.js") for url in asked) == 1
    assert seen.troubles == []


def test_what_cannot_be_drawn_stays_as_typed(fences: Path, look: Callable[..., Any]) -> None:
    seen, _ = look()
    with seen.page.expect_console_message(lambda message: "a diagram is not drawn" in message.text):
        seen.open((fences / "broken.html").as_uri())
    assert "a --> --> [" in seen.page.inner_text("article")
    assert seen.page.locator("body > [id^=d__mermaid], .error-icon").count() == 0


@pytest.mark.parametrize("page", ["hostile.html", "demo/checklists/fences-1.html", "demo/checklists/fences-2.html"])
def test_no_fence_loads_or_runs_anything(fences: Path, look: Callable[..., Any], page: str) -> None:
    seen, asked = look()
    seen.open((fences / page).as_uri())
    tricky = page.endswith("fences-2.html")
    drawn = drawings(seen.page, 10 if tricky else 0)
    seen.page.wait_for_timeout(300)
    text = flat(seen.page.inner_text("article") + "".join(drawn))
    lines = [f"TRICKY-{number}" for number in range(len(TRICKY))] if tricky else "\n".join(HOSTILE).splitlines()
    assert [line for line in lines if flat(line) not in text] == []
    assert [url for url in asked if "pwned" in url or not url.startswith(fences.as_uri())] == []
    assert seen.page.evaluate("window.__pwned") is None
    assert seen.asked == []
    refused = [said for said in seen.said if "a diagram is not drawn" in said]
    assert seen.said == refused
    assert (len(refused), len(drawn)) == {"hostile": (12, 0), "fences-1": (0, 0), "fences-2": (3, 10)}[Path(page).stem]


LABELS: list[str] = yaml.safe_load(Path(__file__).with_name("labels.yaml").read_text(encoding="utf-8"))
SHAPES: tuple[Shape, ...] = ("box", "person", "database", "queue", "storage", "external")
BATCHES = 5


def everywhere(label: str) -> tuple[Diagram, Diagram]:
    """Diagrams in which a label stands wherever one can."""
    graph = Graph.of(
        [Node(shape, label, label, shape, inside="frame") for shape in SHAPES],
        [
            Edge("box", "person", label),
            Edge("box", "queue", label, "dashed"),
            Edge("database", "storage", label, "dotted"),
        ],
        [Boundary("frame", label, label)],
    )
    sequence = Sequence(
        (Node("box", label, label), Node("person", label, label, "person")),
        (
            SequenceMessage("box", "person", label, "solid", label),
            SequenceMessage("person", "box", label, "dotted", label),
            SequenceMessage("person", "person", label, "dashed"),
        ),
    )
    return graph, sequence


def _labelled(folder: Path) -> None:
    """Figures on pages of MkDocs, set up like a new project; nothing of opsbook's looks at them once more."""
    project = folder / "project"
    scaffold.new_project(project)
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    nav = "".join(f"  - labels-{number}.md\n" for number in range(BATCHES))
    settings = re.sub(
        r"  - (?:opsbook|search|offline|mermaid2)\b.*\n(?:      .*\n)*", "", settings.partition("nav:")[0]
    )
    settings = (
        settings.replace("plugins:\n", "plugins: []\n")
        + f"extra_css: [opsbook.css]\nuse_directory_urls: false\nnav:\n{nav}"
    )
    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    shutil.rmtree(project / "docs")
    (project / "docs").mkdir()
    shutil.copy(ASSETS / "opsbook.css", project / "docs")
    for number in range(BATCHES):
        figures = [
            f'<div id="f{at}-{turn}" markdown>\n\n{figure(diagram, literal(label), Labels("en", {}))}\n\n</div>'
            for at, label in enumerate(LABELS)
            if at % BATCHES == number
            for turn, diagram in enumerate(everywhere(label))
        ]
        (project / f"docs/labels-{number}.md").write_text("# Labels\n\n" + "\n\n".join(figures), encoding="utf-8")
    build = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", f"{project}/mkdocs.yml", "-d", f"{folder}/site"]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A site of diagrams with every label at every place."""
    return once(tmp_path_factory, worker_id, "labelled", _labelled) / "site"


WHOLE = """((text) => {
  const whole = text.querySelector("title")?.textContent;
  if (!whole) return text.textContent;
  const cut = [...text.querySelectorAll("tspan")].map((line) => line.textContent).join("");
  const begins = whole.replace(/\\s/g, "").startsWith(cut.replace(/\\s|…$/g, ""));
  return begins && cut.endsWith("…") ? whole : `${cut} is not the beginning of ${whole}`;
})"""
"""The text of an element, also where there is only room for its beginning: the whole is its title then."""

SHOWN = """
() => Object.fromEntries([...document.querySelectorAll("article div[id^=f]")].map((one) => [one.id, {
  texts: [...one.querySelectorAll("svg text")].map(WHOLE),
  legend: [...one.querySelectorAll(".opsbook-legend li")].map((item) => item.textContent),
  source: one.querySelector(".opsbook-source code").textContent,
  others: [...one.querySelectorAll("figure *")].map((node) => node.localName),
}]))
"""
OURS = {
    "a",
    "circle",
    "div",
    "ellipse",
    "g",
    "li",
    "line",
    "ol",
    "path",
    "polygon",
    "rect",
    "svg",
    "text",
    "title",
    "tspan",
}
"""What a figure of ours is made of."""


def flat(text: str) -> str:
    """A text without its white space, by which lines are broken."""
    return "".join(text.split())


@pytest.mark.parametrize("number", range(BATCHES))
def test_labels_show_as_they_are(labelled: Path, look: Callable[..., Any], number: int) -> None:
    seen, asked = look()
    page = seen.open((labelled / f"labels-{number}.html").as_uri())
    shown = page.evaluate(SHOWN.replace("WHOLE", WHOLE))
    faults = []
    for at, label in [(at, label) for at, label in enumerate(LABELS) if at % BATCHES == number]:
        wanted = {flat(label), flat(f"{label}·{label}")}
        for turn, diagram in enumerate(everywhere(label)):
            found = shown.pop(f"f{at}-{turn}")
            texts = [flat(text) for text in (*found["texts"], *found["legend"])]
            numbers = {str(one + 1) for one in range(len(found["legend"]))}
            faults += [(label, text) for text in texts if text not in wanted | numbers]
            faults += [(label, "missing")] * (texts.count(flat(label)) < (12 if turn == 0 else 7))
            faults += [(label, tag) for tag in found["others"] if tag not in OURS]
            faults += [(label, found["source"])] * (found["source"].rstrip("\n") != source(diagram).rstrip("\n"))
    assert faults == []
    assert shown == {}
    assert [url for url in asked if "pwned" in url] == []
    assert page.evaluate("window.__pwned") is None
    assert seen.troubles == []


BLANK = "<!doctype html><meta charset=utf-8><title>Mermaid</title>"

RENDER = """
async (source) => {
  const { svg } = await mermaid.render("drawn", source);
  const host = document.createElement("div");
  host.innerHTML = svg;
  document.body.replaceChildren(host);
  for (const line of host.querySelectorAll("br")) line.replaceWith(" ");
  const texts = (query) => [...host.querySelectorAll(query)].map((node) => node.textContent);
  return {
    nodes: texts("g.node .label"), edges: texts("g.edgeLabel .label"), frames: texts(".cluster-label"),
    actors: [...host.querySelectorAll(".actor-top, .actor-box")].length, names: texts("text.actor"),
    messages: texts(".messageText"), cases: texts(".loopText"),
  };
}
"""

UNDERSTAND = r"""
async (sources) => {
  const text = (found) => found.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code)).replace(/<wbr>/g, "");
  const all = [];
  for (const source of sources) {
    const fault = await mermaid.parse(source).then(() => "", (error) => String(error));
    if (fault) { all.push({ fault, source }); continue; }
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(source);
    all.push(db.getVertices ? {
      nodes: Object.fromEntries([...db.getVertices()].map(([id, one]) => [id, text(one.text)])),
      frames: Object.fromEntries(db.getSubGraphs().map((one) => [one.id, text(one.title)])),
      within: Object.fromEntries(db.getSubGraphs().flatMap((one) => one.nodes.map((node) => [node, one.id]))),
      edges: db.getEdges().map((one) => [one.start, one.end, text(one.text)]),
      texts: [],
    } : {
      nodes: Object.fromEntries([...db.getActors()].map(([id, one]) => [id, text(one.description)])),
      edges: db.getMessages().filter((one) => one.from).map((one) => [one.from, one.to, text(one.message)]),
      frames: {},
      within: {},
      texts: db.getMessages().filter((one) => !one.from && one.message).map((one) => text(one.message)),
    });
  }
  return all;
}
"""
"""What Mermaid reads in sources, with its placeholders for signs put back."""


@pytest.fixture(scope="module")
def mermaid(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page that has the vendored Mermaid; with everything that it asks for, and what its scripts would say."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content(BLANK)
    page.add_script_tag(path=LIBRARY)
    page.evaluate("mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', maxEdges: 5000 })")
    happened: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: happened.append(request.url))
    page.on("dialog", dismiss)
    page.on("console", lambda message: happened.append(message.text))
    yield page, happened
    context.close()


@pytest.mark.parametrize("number", range(BATCHES))
def test_mermaid_draws_labels_as_they_are(mermaid: tuple[Page, list[str]], number: int) -> None:
    page, happened = mermaid
    faults = []
    for label in LABELS[number::BATCHES]:
        both = flat(label + label)
        once_ = flat(label)
        graph, sequence = (page.evaluate(RENDER, source(diagram)) for diagram in everywhere(label))
        flow = {key: [flat(text) for text in graph[key]] for key in ("nodes", "edges", "frames")}
        if flow != {"nodes": [both] * 6, "edges": [once_] * 3, "frames": [both]}:
            faults.append((label, flow))
        talk = {key: [flat(text) for text in sequence[key]] for key in ("messages", "cases")}
        if talk != {"messages": [once_] * 3, "cases": [f"[{once_}]"]} or {*map(flat, sequence["names"])} != {once_}:
            faults.append((label, talk))
    assert faults == []
    assert page.evaluate("window.__pwned") is None
    assert happened == []


def titled(title: str, note: str) -> str:
    return flat(f"{title}<br>{note}" if note else title)


def read(diagram: Diagram) -> dict[str, Any]:
    """What Mermaid should read in the source of a diagram."""
    if isinstance(diagram, Graph):
        parts: tuple[Node | Boundary, ...] = (*diagram.nodes, *diagram.boundaries)
        return {
            "nodes": {name(one.id): titled(one.title, one.note) for one in diagram.nodes},
            "frames": {name(one.id): titled(one.title, one.note) for one in diagram.boundaries},
            "within": {name(one.id): name(one.inside) for one in parts if one.inside},
            "edges": [[name(one.source), name(one.target), flat(one.label)] for one in diagram.edges],
            "texts": [],
        }
    cases = [one.when for one in diagram.messages]
    return {
        "nodes": {name(one.id): titled(one.title, one.note) for one in diagram.participants},
        "frames": {},
        "within": {},
        "edges": [[name(one.source), name(one.target), flat(one.label)] for one in diagram.messages],
        "texts": [flat(one) for one, before in zip(cases, ["", *cases], strict=False) if one and one != before],
    }


def flattened(found: dict[str, Any]) -> dict[str, Any]:
    """What Mermaid read, without white space."""
    if "fault" in found:
        return found
    return {
        **found,
        "nodes": {id_: flat(text).replace("<br/>", "<br>") for id_, text in found["nodes"].items()},
        "frames": {id_: flat(text).replace("<br/>", "<br>") for id_, text in found["frames"].items()},
        "edges": [[start, end, flat(text)] for start, end, text in found["edges"]],
        "texts": [flat(text) for text in found["texts"]],
    }


AWKWARD_IDS = ("end", "style", "class", "default", "graph", "click", "o", "x", "1", "a-b", "a_b", "a/b", "__proto__",
               "constructor", "toString", "subgraph", "call", "href", "TB", "ñ", "日")  # fmt: skip


def made_up(seed: int) -> Diagram:
    """A diagram of any size and shape, with awkward ids; the same for the same number."""
    ids = [AWKWARD_IDS[(seed + at) % len(AWKWARD_IDS)] for at in range(2 + seed % 13)]
    label = LABELS[seed % 30]
    if seed % 4 == 3:
        messages = tuple(
            SequenceMessage(
                ids[at % len(ids)], ids[(at * seed + 1) % len(ids)], f"{at} {label}", when=label * (at % 3 > 0)
            )
            for at in range(1 + seed % 9)
        )
        return Sequence(tuple(Node(id_, f"{id_} {label}") for id_ in ids), messages)
    frames = [f"frame {at}" for at in range(seed % 4)]
    nodes = [
        Node(id_, f"{id_} {label}", label * (at % 2), SHAPES[at % 6], frames[at % len(frames)] if frames else "")
        for at, id_ in enumerate(ids)
    ]
    boundaries = [Boundary(one, label, inside=frames[at - 1] if at % 2 else "") for at, one in enumerate(frames)]
    edges = [
        Edge(
            ids[at % len(ids)], ids[(at * seed + 1) % len(ids)], label * (at % 2), ("solid", "dashed", "dotted")[at % 3]
        )
        for at in range(seed % 22)
    ]
    return Graph.of(nodes, edges, boundaries)


def test_mermaid_reads_what_was_meant(mermaid: tuple[Page, list[str]]) -> None:
    page, _ = mermaid
    diagrams = [made_up(seed) for seed in range(120)]
    found = page.evaluate(UNDERSTAND, [source(diagram) for diagram in diagrams])
    assert [flattened(one) for one in found] == [read(diagram) for diagram in diagrams]


def figures(html: str) -> Iterator[dict[str, Any]]:
    """The diagrams of a page: the source that stands below each, and its texts, whole where they are cut short."""
    for drawn in LexborHTMLParser(html).css("figure.opsbook-diagram:not(.opsbook-plot, .opsbook-matrix)"):
        below = drawn.next
        while below and below.tag != "details":
            below = below.next
        code = below and below.css_first("code")
        assert code, "the source stands below each picture"
        texts = [(text.css_first("title") or text).text() for text in drawn.css("svg text")]
        yield {
            "source": code.text(),
            "texts": texts,
            "legend": [item.text() for item in drawn.css(".opsbook-legend li")],
        }


def test_mermaid_reads_what_the_pages_show(handbooks: Site, mermaid: tuple[Page, list[str]]) -> None:
    page, _ = mermaid
    pages = {path: (handbooks.folder / path).read_text(encoding="utf-8") for path in handbooks.pages}
    shown = [one for html in pages.values() if "opsbook-diagram" in html for one in figures(html)]
    assert shown
    faults = []
    for figure_, found in zip(shown, page.evaluate(UNDERSTAND, [one["source"] for one in shown]), strict=True):
        if "fault" in found:
            faults.append(found)
            continue
        texts = {flat(text) for text in (*figure_["texts"], *figure_["legend"])}
        boxes = [part for text in found["nodes"].values() for part in text.replace("<br/>", "<br>").split("<br>")]
        frames = [text.replace("<br/>", "<br>").replace("<br>", "·") for text in found["frames"].values()]
        edges = [text for _, _, text in found["edges"]]
        meant = {flat(text) for text in (*boxes, *frames, *edges, *found["texts"])} - {""}
        numbers = {str(one + 1) for one in range(len(figure_["legend"]))}
        faults += [(figure_["source"], meant ^ texts)] * ((meant ^ texts) - numbers != set())
    assert faults == []


def test_no_page_of_a_spec_is_taken_apart_for_nothing(handbooks: Site) -> None:
    """The plugin parses every page with its word in small letters, which takes longer than all else."""
    systems = {spec.system for spec in handbooks.project.specs}
    pages = [path for path in handbooks.pages if path.partition("/")[0] in systems]
    fenced = {
        spec.path.removesuffix(".md") + ".html" for spec in handbooks.project.specs if "```mermaid" in spec.source.text
    }
    assert {path for path in pages if "mermaid" in (handbooks.folder / path).read_text(encoding="utf-8")} == fenced
