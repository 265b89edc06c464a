"""Models that are drafted from compose files: they validate, agree with their file, and keep its secrets out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cases import ENVIRONMENT, HERE, TODAY, cases, kind, spec, without_case, write
from opsbook.checks import check_all
from opsbook.cli import main
from opsbook.kind import Drafting
from opsbook.kinds import all_kinds
from opsbook.kinds.architecture.drift import DRIFT_RULES
from opsbook.kinds.architecture.images import PRODUCTS, image, named
from opsbook.kinds.architecture.model import Architecture
from opsbook.read import Loaded, load
from opsbook.scaffold import fill
from opsbook.source import ForeignSource

DRIFT = {f"architecture/{rule.name}" for rule in DRIFT_RULES}
UNFIT = yaml.safe_load((HERE / "architecture/unfit.yaml").read_text(encoding="utf-8"))


def new(root: Path, *arguments: str | Path) -> Result:
    """Make a spec; a traceback fails the test."""
    command = ["new", "-C", str(root), *map(str, arguments)]
    result = CliRunner().invoke(main, command, env=ENVIRONMENT)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def drafted(root: Path, path: Path) -> Loaded:
    """The small project with a model that is drafted from a compose file in it."""
    write(root, {f"deploy/{path.name}": path.read_bytes()})
    result = new(root, "architecture", "model", "--from", root / "deploy" / path.name)
    assert result.exit_code == 0, result.output
    return load(root, all_kinds())


def summary(model: Architecture) -> Iterator[str]:
    """What a model says, a line for each thing in it."""
    for zone in model.zones:
        yield f"zone {zone.id} ({zone.title})"
    for one in model.elements:
        more = (one.technology, one.service and f"service {one.service}", one.zone and f"in {one.zone}", *one.names)
        yield ", ".join([f"{one.type} {one.id} ({one.title})", *filter(None, more)])
    for arrow in model.relationships:
        yield ", ".join([f"{arrow.source} -> {arrow.to}", *filter(None, (arrow.technology, arrow.mode))])
    for deployment in model.deployments:
        for instance in deployment.nodes[0].instances:
            more = (f"{instance.count} of {instance.element}", instance.note)
            yield f"{deployment.environment} runs {', '.join(filter(None, more))}"
    for file in model.sources.compose:
        yield f"as {file.path} says of {file.environment}, without {', '.join(file.ignore) or 'exception'}"


@pytest.mark.parametrize("path", cases("architecture/drafts/*.yaml"))
def test_a_compose_file_makes_a_model_that_agrees_with_it(
    path: Path, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    loaded = drafted(tmp_path, path)
    found = check_all(loaded, TODAY)
    assert [one for one in found if one.severity == "error" or one.rule in DRIFT] == []
    (spec,) = loaded.project.of(Architecture, "demo")
    golden(path.with_suffix(".txt"), "".join(f"{line}\n" for line in summary(spec.document)))


def test_every_golden_has_a_case() -> None:
    assert without_case("architecture/drafts/*.txt") == []


def test_a_draft_says_what_is_left_to_do(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    drafted(tmp_path, HERE / "architecture/drafts/lists.yaml")
    golden(HERE / "architecture/lists.drafted", (tmp_path / "specs/demo/architecture/model.yaml").read_text("utf-8"))


def test_a_draft_keeps_secrets_out(tmp_path: Path) -> None:
    drafted(tmp_path, HERE / "architecture/drafts/lists.yaml")
    assert "secret" not in (tmp_path / "specs/demo/architecture/model.yaml").read_text(encoding="utf-8")


def test_the_same_file_makes_the_same_draft(tmp_path: Path) -> None:
    path = HERE / "architecture/drafts/shop.prod.yaml"
    texts = []
    for name in ("one", "two"):
        drafted(tmp_path / name, path)
        texts.append((tmp_path / name / "specs/demo/architecture/model.yaml").read_bytes())
    assert texts[0] == texts[1]


@pytest.mark.parametrize("case", UNFIT, ids=lambda case: case["name"])
def test_a_file_that_gives_no_model_is_explained(case: dict[str, Any], tmp_path: Path) -> None:
    file = write(tmp_path, {"deploy/compose.yaml": case["content"]}) / "deploy/compose.yaml"
    result = new(tmp_path, "architecture", "model", "--from", file)
    assert (result.exit_code, result.output) == (2, f"opsbook: {case['says'].replace('FILE', str(file))}")
    assert not (tmp_path / "specs/demo/architecture").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["architecture", "model", "--from", "gone.yaml"], "gone.yaml:1:1: there is no such file\n    hint: mend"),
        (["architecture", "model", "--from", "specs"], "specs:1:1: it is a folder\n    hint: name a file in it"),
        (["runbook", "restore", "--from", "compose.yaml"], "is not drafted from files; of these kinds, it is: "),
        (["architecture", "My", "--from", "compose.yaml"], "'My' is no id"),
        (["architecture", "other", "--from", "compose.yaml"], "demo has an architecture already, `model`; name the"),
    ],
)
def test_what_cannot_be_drafted_is_explained(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"compose.yaml": "services: {app: {image: app}}\n"})
    monkeypatch.chdir(tmp_path)
    assert new(tmp_path, "architecture", "model", "--from", "compose.yaml").exit_code == 0
    before = sorted(tmp_path.rglob("*"))
    result = new(tmp_path, *arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_outside_the_project_is_drafted_from_and_not_named(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {app: {image: app}}\n", encoding="utf-8")
    root = write(tmp_path / "project", {})
    assert new(root, "architecture", "model", "--from", tmp_path / "compose.yaml").exit_code == 0
    (spec,) = load(root, all_kinds()).project.of(Architecture, "demo")
    assert spec.document.sources.compose == ()
    assert spec.document.deployments[0].environment == "production"


def test_a_system_without_environments_gets_a_model_without_deployments(tmp_path: Path) -> None:
    root = write(tmp_path, {"compose.yaml": "services: {app: {image: app}}\n"})
    system = root / "specs/demo/system.yaml"
    text = re.sub(r"environments:\n.*?(?=services:)", "", system.read_text(encoding="utf-8"), flags=re.DOTALL)
    system.write_text(text, encoding="utf-8")
    assert new(root, "architecture", "model", "--from", root / "compose.yaml").exit_code == 0
    loaded = load(root, all_kinds())
    assert [one for one in check_all(loaded, TODAY) if one.severity == "error"] == []
    assert loaded.project.of(Architecture, "demo")[0].document.deployments == ()


@pytest.mark.parametrize(
    ("file", "environment"),
    [("docker-compose.stag.yml", "staging"), ("compose.yaml", "production"), ("compose.development.yaml", "dev")],
)
def test_the_name_of_a_file_tells_its_environment(file: str, environment: str, tmp_path: Path) -> None:
    root = write(tmp_path, {file: "services: {app: {image: app}}\n"})
    system = root / "specs/demo/system.yaml"
    three = "".join(f"  - {{id: {id_}, title: {id_}}}\n" for id_ in ("dev", "staging", "production"))
    text = re.sub(
        r"environments:\n.*?(?=services:)", f"environments:\n{three}", system.read_text("utf-8"), flags=re.DOTALL
    )
    system.write_text(text, encoding="utf-8")
    assert new(root, "architecture", "model", "--from", root / file).exit_code == 0
    (spec,) = load(root, all_kinds()).project.of(Architecture, "demo")
    assert spec.document.sources.compose[0].environment == environment
    assert spec.document.deployments[0].production is (environment == "production")


NAMES = st.sampled_from(["app", "db", "web_app", "web-app", "demo", "user", "_", "1", "null", "A" * 90, "a b", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | NAMES | st.just("redis://db:6379"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
KEYS = ("image", "depends_on", "environment", "ports", "networks", "profiles", "links", "deploy", "container_name")
SERVICES = st.dictionaries(NAMES, st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), max_size=5)


@settings(phases=[Phase.explicit, Phase.generate])  # the shortest example is not worth minutes
@given(SERVICES, st.text(max_size=10))
def test_any_services_make_a_valid_model_or_are_explained(services: dict[str, Any], path: str) -> None:
    source = ForeignSource("compose.yaml", "", {"services": services})
    titles = {
        "system": {"demo": "Demo: [shop]"},
        "environment": {"production": "Production"},
        "service": {"app": "App"},
    }
    architecture = kind("architecture")
    assert architecture.draft
    values = architecture.draft.values((source,), Drafting("model", "demo", path, within=False, defined=titles))
    if isinstance(values, tuple):
        assert values[1].hint
        return
    text = fill(architecture.draft.template.read_text("utf-8"), {**values, "id": "model", "there": {"role": "backend"}})
    spec("specs/demo/architecture/model.yaml", text.encode())


def test_no_two_products_share_a_repository_or_a_name() -> None:
    for field in ("images", "others", "schemes"):
        every = [one for product in PRODUCTS for one in getattr(product, field)]
        assert len(every) == len(set(every)), field
    assert not {one for product in PRODUCTS for one in product.images} & {
        one for product in PRODUCTS for one in product.others
    }
    for product in PRODUCTS:
        for name in (product.name, *product.spellings):
            found = named(f"{name} 3")
            assert found
            assert (found.product, found.version) == (product, "3")


@pytest.mark.parametrize(
    ("spelled", "repository", "product", "certain", "version"),
    [
        ("postgres", "postgres", "PostgreSQL", "certain", ""),
        ("postgres:16-alpine", "postgres", "PostgreSQL", "certain", "16"),
        ("docker.io/library/postgres:16.4", "postgres", "PostgreSQL", "certain", "16.4"),
        ("localhost:5000/postgres:15@sha256:0a", "postgres", "PostgreSQL", "certain", "15"),
        ("getmeili/meilisearch:v1.10", "getmeili/meilisearch", "Meilisearch", "certain", "1.10"),
        ("postgres:${VERSION:-16}", "postgres", "PostgreSQL", "certain", ""),
        ("${IMAGE:-redis}:7", "redis", "Redis", "certain", ""),
        ("${IMAGE}", "", None, "", ""),
        ("timescale/timescaledb:2.16.1-pg16", "timescale/timescaledb", "PostgreSQL", "certain", ""),
        ("ghcr.io/acme/redis:3", "acme/redis", "Redis", "", ""),
        ("acme/redis-exporter:1", "acme/redis-exporter", None, "", ""),
        ("redis:latest", "redis", "Redis", "certain", ""),
        ("redis:7beta", "redis", "Redis", "certain", ""),
        ("redis:7:8:9", "", None, "", ""),
    ],
)
def test_the_name_of_an_image_is_read(
    spelled: str, repository: str, product: str | None, certain: str, version: str
) -> None:
    read = image(spelled)
    assert (read.repository, read.product and read.product.name, read.certain, read.version) == (
        repository,
        product,
        bool(certain),
        version,
    )


@pytest.mark.parametrize(
    ("technology", "product", "version"),
    [
        ("PostgreSQL 16", "PostgreSQL", "16"),
        ("postgres v15.2 with PostGIS", "PostgreSQL", "15.2"),
        ("Redis", "Redis", ""),
        ("Redis-compatible cache", None, ""),
        ("Reads from Redis 7", None, ""),
        ("FastAPI", None, ""),
        ("", None, ""),
    ],
)
def test_a_technology_is_read(technology: str, product: str | None, version: str) -> None:
    read = named(technology)
    assert (read.product.name if read else None, read.version if read else "") == (product, version)
