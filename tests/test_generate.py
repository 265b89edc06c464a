from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import base, write
from opsbook.errors import CannotWrite, NoProject, OpsbookError
from opsbook.generate import generate_tree
from opsbook.kinds import all_kinds
from opsbook.read import load

FIELDS = {"title": "Demo", "owner": "on-call", "last_reviewed": "2026-11-01", "review_every": "90d"}

OURS = {
    "Demo shop": [
        "demo/index.md",
        {"First week": "demo/first-week.md"},
        {"All documents": "demo/documents.md"},
        {"Changes": "demo/changes.md"},
        {"Incident response": "demo/incidents.md"},
    ]
}


def _generated(root: Path, files: dict[str, Any]) -> Path:
    out = root / "out"
    generate_tree(load(write(root, files), all_kinds()), out)
    return out


def _settings(out: Path) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((out / "mkdocs.yml").read_text(encoding="utf-8"))
    return settings


def test_the_tree_holds_all_that_an_engine_needs(tmp_path: Path) -> None:
    out = _generated(
        tmp_path,
        {
            "mkdocs.yml": "site_name: Demo\ndocs_dir: docs\nsite_dir: site\nedit_uri: edit/\n"
            "plugins: [search, opsbook]\nnav: [{Home: index.md}, opsbook, {About: about.md}]\n"
            "extra_css: [mine.css]\nextra: {mine: 1}\nhooks: [hooks/mine.py]\n",
            "docs/index.md": "See [[role:on-call|whoever is there]], not `[[role:on-call]]`.\n",
            "docs/about.md": "# About\n",
            "docs/image.png": b"\x89PNG",
            "docs/latin.md": b"caf\xe9",
        },
    )
    docs = out / "docs"
    assert (docs / "index.md").read_text(encoding="utf-8") == (
        "See [whoever is there](demo/index.md#role-on-call), not `[[role:on-call]]`.\n"
    )
    assert (docs / "image.png").read_bytes() == b"\x89PNG"
    assert (docs / "latin.md").read_bytes() == b"caf\xe9", "what is no text, the engine refuses"
    assert (docs / "demo/index.md").read_text(encoding="utf-8").startswith('---\ntitle: "Demo shop"\n')
    settings = _settings(out)
    for path in (*settings["extra_css"][:-1], *settings["extra_javascript"], *settings["extra"]["polyfills"]):
        assert (docs / path).is_file()
    assert settings["extra_css"][-1] == "mine.css"
    assert settings["extra"]["mine"] == 1
    assert settings["plugins"] == ["search"]
    assert settings["hooks"] == ["../hooks/mine.py"], "where it was, seen from the new place"
    assert settings["nav"] == [{"Home": "index.md"}, OURS, {"About": "about.md"}]
    assert not settings.keys() & {"docs_dir", "site_dir", "edit_uri"}


@pytest.mark.parametrize(
    ("settings", "plugins", "nav"),
    [
        ("site_name: Demo", None, ["index.md", "about.md", OURS]),
        ("nav: [about.md]", None, ["about.md", OURS]),
        ("nav: [{opsbook: }]\nplugins: [opsbook: {}]", [], [OURS]),
        (
            "nav:\nplugins: {opsbook: {}, search: {lang: en}}",
            {"search": {"lang": "en"}},
            ["index.md", "about.md", OURS],
        ),
        ("plugins:\nextra:", None, ["index.md", "about.md", OURS]),
        (
            "nav: [{Home: [index.md]}]\nplugins: [{search: }, macros]",
            [{"search": None}, "macros"],
            [{"Home": ["index.md"]}, OURS],
        ),
    ],
)
def test_settings_of_many_shapes_are_completed(settings: str, plugins: object, nav: object, tmp_path: Path) -> None:
    out = _generated(tmp_path, {"mkdocs.yml": settings, "docs/index.md": "", "docs/about.md": ""})
    made = _settings(out)
    assert made.get("plugins") == plugins
    assert made["nav"] == nav


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ("site_name: Demo", "elements/app/"),
        ("use_directory_urls: false", "elements/app.html"),
        ("use_directory_urls: true\nplugins: [search]", "elements/app/"),
        ("plugins: [search, offline]", "elements/app.html"),
        ("plugins: [{offline: {enabled: true}}]", "elements/app.html"),
        ("plugins: {offline: {}}", "elements/app.html"),
    ],
)
def test_pictures_lead_where_the_engine_puts_the_pages(settings: str, address: str, tmp_path: Path) -> None:
    element = {"id": "app", "title": "app", "type": "system"}
    architecture = {**FIELDS, "kind": "architecture", "id": "model", "summary": "All of it.", "elements": [element]}
    files = {"mkdocs.yml": settings, "specs/demo/architecture/model.yaml": yaml.safe_dump(architecture)}
    page = (_generated(tmp_path, files) / "docs/demo/architecture/index.md").read_text(encoding="utf-8")
    assert f'<a class="opsbook-to" href="{address}">' in page


def test_tags_of_other_plugins_survive(tmp_path: Path) -> None:
    tag = "emoji_index: !!python/name:material.extensions.emoji.twemoji"
    out = _generated(tmp_path, {"mkdocs.yml": f"site_name: Café\nmarkdown_extensions:\n- x:\n    {tag}\n"})
    text = (out / "mkdocs.yml").read_text(encoding="utf-8")
    assert tag in text
    assert "Café" in text


FENCE = "```mermaid\nflowchart TB\n  a --> b\n```\n"


@pytest.mark.parametrize(
    ("page", "there"),
    [
        (FENCE, True),
        ("Before\n\n- x\n\n    ~~~~ {.mermaid}\n    pie\n    ~~~~\n", True),
        ("> ``` mermaid\n> pie\n> ```", True),
        ("```text\nmermaid\n```\n", False),
        ("Mermaid, and `mermaid` in ```mermaid```\n", False),
        ("```mermaids\n```\n", False),
    ],
)
def test_mermaid_is_there_for_pages_that_have_a_fence(page: str, *, there: bool, tmp_path: Path) -> None:
    out = _generated(tmp_path, {"mkdocs.yml": "site_name: Demo", "docs/index.md": page})
    shipped = out / "docs/assets/opsbook/mermaid"
    assert (shipped / "mermaid.min.js").is_file() is there
    assert (shipped / "LICENSE").is_file() is there
    assert (out / "docs/assets/opsbook/Mermaid.js").is_file()


def test_mermaid_is_there_for_specs_that_have_a_fence(tmp_path: Path) -> None:
    system = base()["specs/demo/system.yaml"].decode()
    summary = "summary: |\n  Look.\n\n  " + FENCE.replace("\n", "\n  ").rstrip() + "\n"
    system, count = re.subn(r"^summary: .*\n(?:  .*\n)*", summary, system, flags=re.MULTILINE)
    assert count == 1
    out = _generated(tmp_path, {"mkdocs.yml": "site_name: Demo", "specs/demo/system.yaml": system})
    assert '<pre class="mermaid">' in (out / "docs/demo/index.md").read_text(encoding="utf-8")
    assert (out / "docs/assets/opsbook/mermaid/mermaid.min.js").is_file()


def test_fences_are_formatted_by_what_every_engine_has(tmp_path: Path) -> None:
    fences = "custom_fences: [{name: mermaid, class: mermaid, format: !!python/name:mermaid2.fence_mermaid_custom }]"
    extensions = f"markdown_extensions:\n- pymdownx.superfences:\n    {fences}\n"
    out = _generated(tmp_path, {"mkdocs.yml": f"site_name: Demo\n{extensions}"})
    text = (out / "mkdocs.yml").read_text(encoding="utf-8")
    assert "!!python/name:pymdownx.superfences.fence_code_format" in text
    assert "mermaid2" not in text


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (None, "mkdocs.yml is missing"),
        ("site_name: [", "mkdocs.yml cannot be read"),
        (b"site_name: caf\xe9", "mkdocs.yml cannot be read"),
        ("", "is not a mapping of settings"),
        ("- a", "is not a mapping of settings"),
    ],
)
def test_settings_that_cannot_be_used_are_explained(settings: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(NoProject, match=says):
        _generated(tmp_path, {"mkdocs.yml": settings})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("out", [".", "..", "docs", "docs/out"])
def test_the_project_itself_is_never_written_over(out: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"mkdocs.yml": "site_name: Demo"})
    with pytest.raises(CannotWrite, match="holds the project itself"):
        generate_tree(load(root, all_kinds()), (root / out).resolve())


@pytest.mark.parametrize("path", ["demo/index.md", "assets/opsbook/opsbook.css"])
def test_a_page_of_the_same_name_is_in_the_way(path: str, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match=f"docs/{path} is in the way"):
        _generated(tmp_path, {"mkdocs.yml": "site_name: Demo", f"docs/{path}": "mine"})


def test_a_page_that_may_not_be_read_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        if path.suffix == ".md":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(OpsbookError, match=r"docs/index.md cannot be read: Permission denied"):
        _generated(tmp_path, {"mkdocs.yml": "site_name: Demo", "docs/index.md": ""})
