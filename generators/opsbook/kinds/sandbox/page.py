"""The page of a sandbox: what the commands of the handbook are run against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.sandbox.model import Http, Sandbox
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home


def pages(spec: Spec[Sandbox], project: Project) -> Iterator[Page]:
    """One page: the services that are real, and the doubles with their reasons."""
    sandbox = spec.document
    md = Printer(project, spec.path, Home(spec.system, "sandbox", sandbox.id))
    label = md.label
    fixtures = [
        *((server.id, label("a real PostgreSQL server")) for server in sandbox.postgres),
        *((cache.id, label("a real Redis server")) for cache in sandbox.redis),
        *((service.id, _http(service, md)) for service in sandbox.http),
        *((repository.id, label("a Git repository")) for repository in sandbox.repositories),
    ]
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        sandbox=sandbox,
        fixtures=fixtures,
        facts=[
            (label("Owner"), md.link("role", sandbox.owner)),
            (label("Reviewed"), md.freshness(sandbox)),
            *((label("Last run with"), f"{versions} · {day}") for day, versions in _last_run(spec, project)),
        ],
    )
    yield Page(spec.path, md.plain(sandbox.title), body, (label("Tests"),), spec.source.path)


def _http(service: Http, md: Printer) -> str:
    """What answers for an HTTP service."""
    if not service.documents:
        return md.label("a small HTTP service that gives declared answers")
    links = ", ".join(md.link("api", id_) for id_ in service.documents)
    return md.label("an HTTP service that answers as its document says:") + " " + links


def _last_run(spec: Spec[Sandbox], project: Project) -> list[tuple[str, str]]:
    """The day of the last run with servers, and their versions; nothing where there was none."""
    proofs = project.evidence.get(spec.system, {}).values()
    return sorted((proof.day, proof.versions) for proof in proofs if proof.versions)[-1:]
