"""The pages of APIs: everything that a document says is there, under names that hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from cases import kind, project, spec
from opsbook import scaffold
from opsbook.cli import main
from opsbook.kind import Spec
from opsbook.openapi.read import Document
from opsbook.openapi.walk import Unread, walk
from opsbook.page import Page
from opsbook.source import Source

HERE = Path(__file__).parent
FEATURES = HERE / "api/features.yaml"
HOME, TAG, OTHER = "index.html", "parcels.html", "operations.html"
PARCEL = "schemas/Parcel.html"

SHOWN = [
    ("summary of the API", HOME, "Everything on its way."),
    ("version", HOME, "3.2.1"),
    ("contact", HOME, "parcels@example.com"),
    ("license", HOME, "Apache 2.0"),
    ("terms", HOME, "https://example.com/terms"),
    ("external documentation", HOME, "The handbook"),
    ("extension of the document", HOME, "parcels"),
    ("a table in a description", HOME, "30 kg"),
    ("HTML in a description", HOME, "closed box"),
    ("server with variables", HOME, "https://{region}.parcels.example.com/{base}"),
    ("variable of a server", HOME, "The half of the world."),
    ("values of a variable", HOME, "north, south"),
    ("API key", HOME, "header X-Parcel-Key"),
    ("basic authentication", HOME, "Authorization: Basic …"),
    ("bearer format", HOME, "JWT"),
    ("mutual TLS", HOME, "client certificate"),
    ("OpenID Connect", HOME, "https://login.example.com/.well-known/openid-configuration"),
    ("flow", HOME, "authorization code"),
    ("token address", HOME, "token from https://login.example.com/token"),
    ("scope", HOME, "Send parcels."),
    ("alternatives of security", HOME, "Key or Login (parcels.read)"),
    ("error", HOME, "The request is wrong."),
    ("rate limit", HOME, "Requests that are left."),
    ("webhook", HOME, "A parcel is lost"),
    ("description of a tag", TAG, "Things on their way."),
    ("documentation of a tag", TAG, "https://example.com/parcels"),
    ("second tag", TAG, "Also under Depots"),
    ("operationId", TAG, "operationId listParcels"),
    ("heading in a description", TAG, "A heading of its own"),
    ("documentation of an operation", TAG, "How lists work"),
    ("parameter of the path item", TAG, "Shared by the whole path."),
    ("style", TAG, "style pipeDelimited, explode false"),
    ("enum of items", TAG, "one of waiting, moving, done"),
    ("unique items", TAG, "no item twice"),
    ("example of a parameter", TAG, "Two states"),
    ("deep object", TAG, "style deepObject"),
    ("reserved signs", TAG, "reserved signs stay as they are"),
    ("empty value", TAG, "may be empty"),
    ("content of a parameter", TAG, "written as application/json"),
    ("cookie", TAG, "session · string · cookie · deprecated"),
    ("lengths", TAG, "3 – 9 characters"),
    ("header of a response", TAG, "X-Rate-Limit-Remaining"),
    ("several media types", TAG, "text/csv"),
    ("range of status codes", TAG, "4XX"),
    ("list of a schema", TAG, "array of Parcel"),
    ("body", TAG, "What is to be sent."),
    ("named example", TAG, "A light one"),
    ("description of an example", TAG, "Fits through the slot."),
    ("example elsewhere", TAG, "https://example.com/heavy.json"),
    ("multipart", TAG, "multipart/form-data"),
    ("encoding", TAG, "contentType image/png, image/jpeg"),
    ("header of an encoding", TAG, "When it was taken."),
    ("link", TAG, "link track → getParcel"),
    ("expression of a link", TAG, "$response.body#/id"),
    ("callback", TAG, "{$request.body#/notify}"),
    ("request of a callback", TAG, "It has arrived"),
    ("security: and, or", TAG, "Key and Login (parcels.read, parcels.write) or none"),
    ("server of an operation", TAG, "https://intake.parcels.example.com"),
    ("extension of an operation", TAG, "7 credits"),
    ("deprecated operation", TAG, "it will go away"),
    ("own code sample", TAG, "parcelctl show 17"),
    ("path style", TAG, "style matrix"),
    ("request of a webhook", OTHER, "Content"),
    ("title of a schema", PARCEL, "A parcel"),
    ("read-only", PARCEL, "id · string · read-only"),
    ("write-only", PARCEL, "secret · string · write-only"),
    ("default", PARCEL, "default box"),
    ("required", PARCEL, "kind · string · required"),
    ("exclusive bound", PARCEL, "> 0 ≤ 30"),
    ("type list with null", PARCEL, "string or null"),
    ("pattern", PARCEL, r"pattern ^\S.*$"),
    ("deprecated field", PARCEL, "note · string or null · deprecated"),
    ("const", PARCEL, "always P-1"),
    ("content encoding", PARCEL, "encoded as base64 · holds image/png"),
    ("prefixItems", PARCEL, "[0] · integer"),
    ("no further items", PARCEL, "no further items"),
    ("cycle, and text beside a reference", PARCEL, "The parcel that holds this one."),
    ("contains", PARCEL, "holds at least one"),
    ("patternProperties", PARCEL, "/^x-/ · string"),
    ("no other fields", PARCEL, "no other fields"),
    ("propertyNames", PARCEL, "names of fields"),
    ("additionalProperties", PARCEL, "map to string"),
    ("dependentRequired", PARCEL, "with weight also size"),
    ("dependentSchemas", PARCEL, "with note"),
    ("if", PARCEL, "if it is"),
    ("then", PARCEL, "then it is"),
    ("else", PARCEL, "else it is"),
    ("where a schema is used", PARCEL, "List parcels"),
    ("oneOf", "schemas/Event.html", "Arrived or Lost"),
    ("discriminator", "schemas/Event.html", "told apart by type · arrived → Arrived · lost → Lost"),
    ("allOf: fields taken over", "schemas/Arrived.html", "at · string (date-time) · required · from Base"),
    ("anyOf", "schemas/Arrived.html", "any of"),
    ("not", "schemas/Lost.html", "must not be"),
    ("XML", "schemas/Base.html", "XML: name event, wrapped true"),
    ("example of a value", "schemas/Base.html", "for example 2026-01-15T09:30:00Z"),
    ("alias", "schemas/Alias.html", "Parcel"),
]

OLD = "../old/operations.html"

SHOWN_OF_OLD = [
    ("2.0: host and path", "../old/index.html", "https://old.example.com/v1"),
    ("2.0: flow", "../old/index.html", "authorization code"),
    ("2.0: scope", "../old/index.html", "Everything old."),
    ("2.0: basic", "../old/index.html", "Authorization: Basic …"),
    ("2.0: parameter", OLD, "id · integer · in the path · required"),
    ("2.0: exclusive bound", OLD, "< 9"),
    ("2.0: format of collections", OLD, "style pipeDelimited, explode false"),
    ("2.0: items of a parameter", OLD, "each: at most 4 characters"),
    ("2.0: body", OLD, "application/json · Parcel"),
    ("2.0: media types of responses", OLD, "application/xml"),
    ("2.0: header", OLD, "What is left."),
    ("2.0: example", OLD, '"kind": "box"'),
    ("2.0: form", OLD, "multipart/form-data"),
    ("2.0: file", OLD, "photo · file · required"),
    ("2.0: sample of a form", OLD, "--form photo=@photo"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a project with the document, as a reader without JavaScript gets it."""
    root = tmp_path_factory.mktemp("apis") / "demo"
    scaffold.new_project(root)
    apis = root / "specs/demo/apis"
    apis.mkdir()
    shutil.copy(FEATURES, apis / "parcels.yaml")
    shutil.copy(HERE / "api/swagger.yaml", apis / "old.yaml")
    (root / "opsbook.yaml").write_text("openapi: {rule_set: minimal}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["build", "-C", str(root)])
    assert result.exit_code == 0, result.output
    return root / "site"


def _text(path: Path) -> str:
    page = LexborHTMLParser(path.read_text(encoding="utf-8"))
    article = page.css_first("article")
    assert article is not None
    for link in article.css(".headerlink"):
        link.decompose()
    return " ".join(article.text(separator="").split())


@pytest.mark.parametrize(
    ("page", "words"), [pytest.param(page, words, id=name) for name, page, words in (*SHOWN, *SHOWN_OF_OLD)]
)
def test_a_feature_shows_without_scripts(built: Path, page: str, words: str) -> None:
    assert words in _text(built / "demo/apis/parcels" / page)


def test_search_knows_every_path_operation_and_schema(built: Path) -> None:
    index = json.loads((built / "search/search_index.json").read_text(encoding="utf-8"))
    words = " ".join(
        " ".join(LexborHTMLParser(f"<p>{entry['title']} {entry['text']}</p>").text().split())
        for entry in index["docs"]
        if entry["location"].startswith("demo/apis/")
    )
    document = yaml.safe_load(FEATURES.read_text(encoding="utf-8"))
    names = [*document["paths"], *document["components"]["schemas"], *document["webhooks"]]
    names += [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if "operationId" in operation
    ]
    assert [name for name in names if name not in words] == []


def test_every_link_of_the_site_leads_somewhere(built: Path) -> None:
    result = CliRunner().invoke(main, ["check", "-C", str(built.parent), "--site", str(built)])
    assert result.output == "nothing wrong\n"


def test_what_can_be_referred_to_is_there(built: Path) -> None:
    case = spec("specs/demo/parcels.yaml", FEATURES.read_bytes())
    known = {}
    for definition in case.definitions():
        path = definition.page.replace(".md", ".html")
        if path not in known:
            page = LexborHTMLParser((built / path).read_text(encoding="utf-8"))
            known[path] = [node.attributes["id"] for node in page.css("[id]")]
        assert not definition.anchor or known[path].count(definition.anchor) == 1, definition


def test_no_id_stands_twice(built: Path) -> None:
    for path in (built / "demo/apis").rglob("*.html"):
        if path.name != "try.html":
            found = [node.attributes["id"] for node in LexborHTMLParser(path.read_text(encoding="utf-8")).css("[id]")]
            assert len(set(found)) == len(found), path


def test_the_document_can_be_downloaded(built: Path) -> None:
    assert (built / "demo/apis/parcels/document/parcels.yaml").read_bytes() == FEATURES.read_bytes()


def test_a_project_without_an_api_has_no_console(tmp_path: Path) -> None:
    scaffold.new_project(tmp_path / "demo")
    assert CliRunner().invoke(main, ["build", "-C", str(tmp_path / "demo")]).exit_code == 0
    assert not (tmp_path / "demo/site/assets/opsbook/swagger-ui").exists()


def test_the_generated_tree_builds_without_the_plugin(built: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["generate", "-C", str(built.parent), "--out", str(tmp_path / "tree")])
    assert result.exit_code == 0, result.output
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", tmp_path / "tree/mkdocs.yml"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    for page in ("index", "parcels", "schemas/Parcel"):
        path = f"demo/apis/parcels/{page}.html"
        assert _text(tmp_path / "tree/site" / path) == _text(built / path)


# Names that hold


def _api(data: Any, name: str = "parcels") -> Spec[Any]:
    """A document as a spec, whatever its metaschema would say."""
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False)
    source = Source.parse(f"specs/demo/apis/{name}.yaml", text.encode())
    assert isinstance(source, Source), source
    adopt = kind("api").adopt
    assert adopt
    made = adopt([walk(Document(source, "3.1"), lambda _path: Unread("x", "", ""))], "demo", name, _MINE)
    assert isinstance(made, Spec), made
    return made


_MINE = {"owner": "on-call", "last_reviewed": "2026-11-01", "review_every": "90d"}


def _pages(case: Spec[Any]) -> dict[str, Page]:
    return {page.path: page for page in case.kind.pages(case, project(case))}


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(one) for key, one in reversed(value.items())}
    return value


def test_links_hold_when_operations_are_reordered() -> None:
    document = yaml.safe_load(FEATURES.read_text(encoding="utf-8"))
    before, after = (
        sorted((definition.type, definition.id, definition.address) for definition in _api(data).definitions())
        for data in (document, _reversed(document))
    )
    assert before == after


def test_names_that_engines_give_a_meaning_have_pages_of_their_own() -> None:
    operation = {"responses": {"200": {"description": "x"}}}
    names = ["index", "README", "try", "schemas", "../../etc/passwd", "__search", "con", ""]
    data = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {f"/{n}": {"get": {**operation, "tags": [name], "operationId": name}} for n, name in enumerate(names)},
        "components": {"schemas": {name: {"type": "object"} for name in names}},
    }
    for layout in ("tag", "operation"):
        data["x-opsbook"] = {"pages": layout}
        pages = list(_pages(_api(data)))
        assert len({path.lower() for path in pages}) == len(pages)
        for path in pages:
            assert path.startswith("demo/apis/parcels/")
            assert re.fullmatch(r"[\w/.~-]+\.md", path)
            assert ".." not in path
        others = [path.rpartition("/")[2].lower() for path in pages[1:]]
        assert not {"index.md", "readme.md"} & set(others)


# Whatever stands in a document

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)
_ODD = st.recursive(
    _SCALARS | st.just({"$ref": "#/components/schemas/Parcel"}),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def _routes(value: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*route, key)
            yield from _routes(one, (*route, key))


_DOCUMENT = yaml.safe_load(FEATURES.read_text(encoding="utf-8"))
_ROUTES = [route for route in _routes(_DOCUMENT) if route[0] not in ("openapi", "x-opsbook")]


@given(st.lists(st.tuples(st.sampled_from(_ROUTES), _ODD), min_size=1, max_size=6))
def test_any_document_has_pages(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = json.loads(json.dumps(_DOCUMENT, default=str))
    for route, value in changes:
        holder = data
        for key in route[:-1]:
            holder = holder[key] if _has(holder, key) else None
        if _has(holder, route[-1]):
            holder[route[-1]] = value
    case = _api(data)
    whole = project(case)
    once, twice = ([*case.kind.pages(case, whole), *case.kind.artifacts(case, whole)] for _ in range(2))
    assert once == twice


def _has(holder: Any, key: Any) -> bool:
    return (isinstance(holder, dict) and key in holder) or (
        isinstance(holder, list) and isinstance(key, int) and key < len(holder)
    )
