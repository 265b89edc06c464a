"""A system's home, which answers "what do I do now?", and the index of its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook import markup
from opsbook.kind import Spec
from opsbook.kinds.system.card import documents_path
from opsbook.kinds.system.changes import changes
from opsbook.kinds.system.documents import documents, groups
from opsbook.kinds.system.first_week import first_week, first_week_path
from opsbook.kinds.system.model import Contact, OperationalUrl, Service, System
from opsbook.model import Record
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Change, Project
from opsbook.reference import Home


def pages(spec: Spec[System], project: Project) -> Iterator[Page]:
    """The home, the first week, the index of documents, and what has changed."""
    yield _home(spec, project)
    yield first_week(spec, project)
    yield documents(spec, project, documents_path(spec.system))
    yield changes(spec, project)


def _home(spec: Spec[System], project: Project) -> Page:
    system = spec.document
    md = Printer(project, spec.path, Home(spec.system, "system", system.id))
    label = md.label
    change = project.changes.get(spec.system)
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        system=system,
        now=[
            (label("Is it up?"), " · ".join(_health(url, md) for url in system.urls if url.health)),
            (
                label("Call"),
                " · ".join(f"{md.line(contact.title)}: {_contact_address(contact, md)}" for contact in system.contacts),
            ),
            (label("Last change of this handbook"), _change(change, md) if change else ""),
        ],
        sections=[
            kind.home(specs, md)
            for kind in project.kinds
            if kind.home and (specs := project.of(kind.model, spec.system))
        ],
        documents="\n".join(
            f"-   {label(group)}: {', '.join(md.ref(_reference(other)) for other in others)}"
            for group, others in groups(spec, project)
        ),
        first_week=f"[{label('First week')}]({relative(first_week_path(spec.system), spec.path)})",
        contact_address=lambda contact: _contact_address(contact, md),
        url_address=lambda url: _url_address(url, md),
        element=lambda service: _element(service, spec, project, md),
        address=lambda url: _address(url, md),
        listed=lambda service: md.listed_whole(project.find(spec.system, "service", service.id)),
        facts=[(label("Owner"), md.link("role", system.owner)), (label("Reviewed"), md.freshness(system))],
    )
    return Page(spec.path, md.plain(system.title), body, (), spec.source.path)


def _change(change: Change, md: Printer) -> str:
    """A commit; whoever searches for its words looks for the document, not for the news of it."""
    return f"<span data-search-exclude>{change.day} · {md.literal(change.subject)}</span>"


def _element(service: Service, spec: Spec[System], project: Project, md: Printer) -> str:
    """A link to the element of the architecture that a service is, where that has the same id."""
    found = project.find(spec.system, "element", service.id)
    return md.to(found, md.label("What hangs on it")) if found else ""


def _reference(spec: Spec[Record]) -> str:
    return f"{spec.kind.name}:{spec.document.id}"


def _health(url: OperationalUrl, md: Printer) -> str:
    return _url_address(url, md) + (f" → {md.line(url.expect)}" if url.expect else "")


def _contact_address(contact: Contact, md: Printer) -> str:
    scheme = {"email": "mailto:", "phone": "tel:", "web": ""}.get(contact.channel)
    if scheme is None or (contact.channel == "web" and not contact.address.startswith("https://")):
        return md.value(contact.address)
    return markup.link(scheme + contact.address.replace(" ", ""), md.literal(contact.address))


def _url_address(url: OperationalUrl, md: Printer) -> str:
    return _address(url.url, md)


def _address(url: str, md: Printer) -> str:
    return md.value(url) if "$" in url else markup.link(url)
