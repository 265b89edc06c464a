"""A small project of one form in each language, with everything that a form can ask."""

from __future__ import annotations

from pathlib import Path

from cases import base
from opsbook import scaffold

HERE = Path(__file__).parents[1]
TEMPLATE = HERE / "kinds/postmortem-template/good/full.yaml"
RECORD = HERE / "postmortems/record.yaml"
DRILL_RECORD = HERE / "drills/record.yaml"
DRILLS = ("app-lost", "region-lost")
"""The drills with a form, one played in staging and one at a table."""
SYSTEMS = {"demo": "en", "ejemplo": "es"}
"""The systems of the project, and their languages."""
PAGES = {system: f"{system}/postmortems/standard.html" for system in SYSTEMS}
"""The pages with the forms."""


def write_forms(folder: Path) -> None:
    """Write the project into a new folder."""
    scaffold.new_project(folder)
    for path in sorted((folder / "specs").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    incidents = (HERE / "postmortems/incident-process.yaml").read_text(encoding="utf-8")
    for system, language in SYSTEMS.items():
        whole = base()["specs/demo/system.yaml"].decode().replace("id: demo\n", f"id: {system}\nlanguage: {language}\n")
        files = {
            "system.yaml": whole,
            "incident-process.yaml": incidents,
            "postmortems/standard.yaml": TEMPLATE.read_text(encoding="utf-8"),
            "incidents/queue-stopped.yaml": RECORD.read_text(encoding="utf-8"),
            "runbooks/app-down.yaml": (HERE / "drills/runbook.yaml").read_text(encoding="utf-8"),
            "drills/app-lost.yaml": (HERE / "drills/staging.yaml").read_text(encoding="utf-8"),
            "drills/region-lost.yaml": (HERE / "drills/tabletop.yaml").read_text(encoding="utf-8"),
        }
        for name, text in files.items():
            path = folder / "specs" / system / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    (folder / "docs/index.md").write_text("# Home\n", encoding="utf-8")
