"""The command line. Exit codes: 0 nothing wrong, 1 findings, 2 the command could not do its work."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from opsbook.errors import OpsbookError, UnknownName
from opsbook.reporters import REPORTERS
from opsbook.reporters.text import text

if TYPE_CHECKING:
    from datetime import datetime

    from opsbook.api_diff import FailOn
    from opsbook.diagnostic import Diagnostic
    from opsbook.kind import Kind
    from opsbook.read import Loaded

# Everything else is imported where it is needed: a check of one file takes longer to load than to do.

FINDINGS = 1

F = TypeVar("F", bound=Callable[..., Any])


def _guarded(command: F) -> F:
    """Turn what stops a command into a message and an exit code. Anything else that is raised is our bug."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except OpsbookError as error:
            click.echo(f"opsbook: {error}", err=True)
            sys.exit(error.exit_code)

    return run  # type: ignore[return-value]  # wraps keeps the signature


def _project(folder: str) -> Loaded:
    from opsbook.kinds import all_kinds
    from opsbook.read import load
    from opsbook.root import find_root

    return load(find_root(Path(folder)), all_kinds())


_FOLDER = click.option(
    "-C", "--project", "folder", default=".", metavar="DIR", help="The project, or a folder within it."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="opsbook")
def main() -> None:
    """Turn YAML specs of a system's operations into a documentation site that can be trusted."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")


@main.command()
@_FOLDER
@click.option("--site-dir", metavar="DIR", help="Where the site goes; `site_dir` of mkdocs.yml where it is not given.")
@_guarded
def build(folder: str, site_dir: str | None) -> None:
    """Build the site. A failed build leaves the former site as it was."""
    from opsbook.mkdocs_plugin import build_site
    from opsbook.root import find_root

    root = find_root(Path(folder))
    _report_errors(_diagnose(_project(folder)))
    target = build_site(root, Path(site_dir).resolve() if site_dir else None)
    click.echo(f"{target / 'index.html'} is ready")


@main.command()
@_FOLDER
@click.option("-a", "--address", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@_guarded
def serve(folder: str, address: str) -> None:
    """Show the site, and rebuild it when a spec, a snippet or a page changes."""
    from opsbook.mkdocs_plugin import serve_site
    from opsbook.root import find_root

    _report_errors(_diagnose(_project(folder)))
    serve_site(find_root(Path(folder)), address)


@main.command()
@_FOLDER
@click.option("--out", required=True, metavar="DIR", help="A folder for the Markdown tree and its mkdocs.yml.")
@_guarded
def generate(folder: str, out: str) -> None:
    """Write plain Markdown, navigation and assets, for any engine that reads mkdocs.yml."""
    from opsbook.generate import generate_tree

    loaded = _project(folder)
    _report_errors(_diagnose(loaded))
    written = generate_tree(loaded, Path(out).resolve())
    click.echo(
        f"{out}: {written} files written; build it with `mkdocs build -f {out}/mkdocs.yml`, or with another engine"
    )


@main.command()
@_FOLDER
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="text", show_default=True)
@click.option("--site", "site_dir", metavar="DIR", help="Check the links of a built site instead of the specs.")
@click.option("--baseline", metavar="FILE", help="Leave out the findings that stand in FILE.")
@click.option("--write-baseline", metavar="FILE", help="Write what is found into FILE, and find nothing wrong.")
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help="Fetch what documents refer to there.")
@click.option("--gate", is_flag=True, help="Ask, too, whether there is all that the plans of documentation want.")
@click.option("--cross-check", is_flag=True, help="Ask openapi-spec-validator about OpenAPI documents, too.")
@_guarded
def check(folder: str, paths: tuple[str, ...], format_: str, **options: Any) -> None:
    """Check specs, references and commands; with --site, the links of a built site.

    PATHS limit what is reported to these files and folders. A spec outside any project is checked by itself, and so
    is an OpenAPI document anywhere.
    """
    from opsbook.diagnostic import worst

    if options["gate"] and (paths or options["site_dir"] is not None):
        raise click.UsageError("--gate counts what the whole project holds: leave out the paths, and --site")
    if options["site_dir"] is not None:
        from opsbook.links import check_site

        found = check_site(Path(options["site_dir"]))
    elif paths:
        found = _check_paths(folder, paths, options)
    else:
        loaded = _project(folder)
        found = _check_all(loaded, gate=options["gate"])
        if options["gate"]:
            _report_gate(loaded)
    found = _forgive(found, paths, options["baseline"], options["write_baseline"])
    click.echo(REPORTERS[format_](found), nl=False)
    sys.exit(FINDINGS if worst(found) in ("error", "warning") else 0)


def _forgive(
    found: list[Diagnostic], paths: tuple[str, ...], known: str | None, written: str | None
) -> list[Diagnostic]:
    """Leave out what stands in a baseline, and write one where that is asked for; what was not read is not gone."""
    if known is None and written is None:
        return found
    from opsbook import baseline

    if written is not None:
        from opsbook.write import write_file

        try:
            write_file(Path(written), baseline.dump(found).encode())
        except OSError as error:
            raise OpsbookError(f"{written} cannot be written: {error.strerror}") from None
        click.echo(f"{written} holds {len({baseline.key(one) for one in found})} findings", err=True)
        return []
    try:
        entries = baseline.parse(str(known), Path(str(known)).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OpsbookError(f"{known} cannot be read: {error}") from None
    new, gone = baseline.compare(found, entries)
    looked = tuple(f"{Path(path)}/" for path in paths)
    gone = [entry for entry in gone if not paths or f"{entry[0]}/".startswith(looked)]
    return sorted([*new, *baseline.gone(str(known), gone)])


def _report_gate(loaded: Loaded) -> None:
    """How much of what each system owes is there, beside the findings."""
    from opsbook.kinds.documentation.gate import report

    for line in report(loaded.project):
        click.echo(line, err=True)


def _check_all(loaded: Loaded, *, gate: bool) -> list[Diagnostic]:
    """What can be found without running a command, the commands included."""
    from opsbook.checks import check_all
    from opsbook.clock import today
    from opsbook.inspection import inspect

    return check_all(loaded, today(), inspect(loaded.project), gate=gate)


def _check_paths(folder: str, paths: tuple[str, ...], options: dict[str, Any]) -> list[Diagnostic]:
    from opsbook.root import find_root

    for host in options["hosts"]:
        if "/" in host:
            raise UnknownName(f"{host} is no name of a host; write it as `--allow-host api.example.com`")
    for path in paths:
        if not os.path.lexists(path):
            raise UnknownName(f"there is no file {path}")
    try:
        root = find_root(Path(folder))
    except OpsbookError:
        root = None
    within = [path for path in paths if root and _is_of(root, path)]
    found = [diagnostic for path in paths if path not in within for diagnostic in _check_lone(Path(path), options)]
    if root and within:
        found += _check_within(root, within)
    return sorted(found)


def _is_of(root: Path, path: str) -> bool:
    """Whether a file belongs to a project. An OpenAPI document may also just lie somewhere in its folder."""
    whole = _absolute(path)
    if not whole.is_relative_to(root) or not _is_api(Path(path)):
        return whole.is_relative_to(root)
    from opsbook.read import read_settings

    return whole.is_relative_to(root / read_settings(root)[0].specs)


def _is_api(path: Path) -> bool:
    from opsbook.openapi_files import is_openapi

    return path.suffix == ".json" or is_openapi(path)  # opsbook checks no other JSON


def _check_within(root: Path, paths: list[str]) -> list[Diagnostic]:
    """What is wrong with some files and folders of a project, which is read as a whole."""
    from opsbook.checks import MISSING_TOOL, check_all
    from opsbook.clock import today
    from opsbook.inspection import inspect
    from opsbook.kinds import all_kinds
    from opsbook.read import load

    folders = [_absolute(path) for path in paths]

    def wanted(path: str) -> bool:
        return any((root / path).is_relative_to(folder) for folder in folders)

    loaded = load(root, all_kinds())
    diagnosed = check_all(loaded, today(), inspect(loaded.project, wanted))
    return [one for one in diagnosed if one.rule == MISSING_TOOL.id or wanted(one.path)]


def _absolute(path: str) -> Path:
    """A path as the project spells its files: without `..` and without linked folders on the way."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow the file itself, too
    return whole.parent.resolve() / whole.name


def _check_lone(path: Path, options: dict[str, Any]) -> list[Diagnostic]:
    if path.is_dir():
        raise UnknownName(f"{path} is a folder outside any project; name its files, or use -C for a project")
    if _is_api(path):
        from opsbook.lone import Asked, check_document

        return check_document(path, Asked(options["hosts"], options["cross_check"]))
    from opsbook.kind import Spec
    from opsbook.kinds import all_kinds
    from opsbook.read import load_file

    spec = load_file(path, all_kinds())
    return sorted(spec.check({})) if isinstance(spec, Spec) else spec


def _diagnose(loaded: Loaded) -> list[Diagnostic]:
    """What keeps a site from being built."""
    from opsbook.checks import check_all
    from opsbook.clock import today

    return check_all(loaded, today())


def _report_errors(diagnostics: list[Diagnostic], done: str = "built") -> None:
    """Print what is wrong; stop when any of it is an error."""
    from opsbook.diagnostic import worst

    if diagnostics:
        click.echo(text(diagnostics), err=True, nl=False)
    if worst(diagnostics) == "error":
        click.echo(f"nothing was {done}: mend the errors above; `opsbook explain RULE` tells more about one", err=True)
        sys.exit(FINDINGS)


@main.command(name="api-diff")
@_FOLDER
@click.argument("old")
@click.argument("new")
@click.option("--format", "format_", type=click.Choice([*REPORTERS, "markdown"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "warning", "none"]),
    default="breaking",
    show_default=True,
    help="Exit with 1 for changes that are as grave as this.",
)
@_guarded
def api_diff_(folder: str, old: str, new: str, format_: str, fail_on: FailOn) -> None:
    """Compare two versions of an OpenAPI document: what breaks its clients?

    OLD and NEW are files, or files in a revision of Git: `main:specs/shop/apis/shop.yaml`. A path starting with `./`
    counts from where you stand.
    """
    from opsbook.api_diff import api_diff
    from opsbook.read import own_severities

    output, code, complaint = api_diff(old, new, format_, fail_on, own_severities(Path(folder)))
    click.echo(complaint, err=True, nl=False)
    click.echo(output, nl=False)
    sys.exit(code)


@main.command(name="test")
@_FOLDER
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("-k", "expression", metavar="EXPRESSION", help="Only steps whose names match, as pytest understands it.")
@click.option("-x", "stop", is_flag=True, help="Stop at the first failure.")
@click.option("-n", "processes", default="auto", show_default=True, metavar="N", help="Documents run at the same time.")
@click.option("--shard", metavar="I/N", help="Run the I-th of N shares of the documents, for a matrix of machines.")
@click.option("--evidence", metavar="DIR", help="Write what was proved, for the pages, into DIR (`evidence`).")
@click.option("--junit", metavar="FILE", help="Write a JUnit report.")
@_guarded
def test_(folder: str, paths: tuple[str, ...], **options: Any) -> None:
    """Run the commands of runbooks and checklists in a sandbox.

    PATHS limit it to these specs. Nothing is run outside a sandbox: where there can be none, nothing is run.
    """
    # While it loads, Python may drop an interrupt. Nothing has to be cleaned up yet: the system may just end it.
    # (Started in the background of a script, it is to ignore interrupts, and goes on doing so.)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from opsbook.root import find_root
        from opsbook.sandbox.door import Wanted, run_tests
    except ModuleNotFoundError as error:
        raise OpsbookError(
            f"`opsbook test` needs more than a site does ({error.name}): pip install 'opsbook[test]'"
        ) from None

    sys.exit(run_tests(find_root(Path(folder)), [Path(path) for path in paths], Wanted(**options)))


@main.command()
@_FOLDER
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("-s", "--system", metavar="SYSTEM", help="Only the drills of this system.")
@click.option("--record/--no-record", default=True, help="Write a record of each drill beside its spec, or none.")
@click.option("--undo", is_flag=True, help="Only inject each fault and take it back: this shows that its undo works.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "chaostoolkit"]),
    default="text",
    show_default=True,
    help="Play nothing, and print one drill as an experiment of Chaos Toolkit.",
)
@_guarded
def drill(folder: str, ids: tuple[str, ...], system: str | None, format_: str, **options: bool) -> None:
    """Play drills in a sandbox: something breaks, the runbook is followed, all is measured.

    Without ID, all drills that a machine can play (`type: sandbox`). Exits with 1 where one failed: a step did, a
    target was missed, or nothing was broken.
    """
    if format_ == "chaostoolkit" and (options["undo"] or not options["record"]):
        flag = "--undo" if options["undo"] else "--no-record"
        raise OpsbookError(
            f"{flag} is for a drill that is played, and --format chaostoolkit plays none: drop one of them"
        )
    loaded = _project(folder)
    _report_errors(_diagnose(loaded), "played")
    system = _system(loaded, system)
    if format_ == "chaostoolkit":
        from opsbook.kinds.drill.named import experiment_of

        click.echo(experiment_of(loaded.project, ids, system), nl=False)
        return
    try:
        from opsbook.sandbox.drill_door import play_drills, undo_faults, wanted
    except ModuleNotFoundError as error:
        raise OpsbookError(
            f"`opsbook drill` needs more than a site does ({error.name}): pip install 'opsbook[test]'"
        ) from None

    drills = wanted(loaded, ids, system)
    failed = undo_faults(loaded, drills) if options["undo"] else play_drills(loaded, drills, record=options["record"])
    sys.exit(FINDINGS if failed else 0)


@main.command()
@_FOLDER
@click.argument("kind")
@click.argument("id_", metavar="ID")
@click.option("-s", "--system", metavar="SYSTEM", help="The system it belongs to; needed where there are several.")
@click.option(
    "--from",
    "file",
    metavar="FILE",
    help="Draft it from FILE: an architecture from a compose file, a postmortem from the log of an incident, "
    "monitoring from rules of Prometheus or objectives in OpenSLO.",
)
@_guarded
def new(folder: str, kind: str, id_: str, system: str | None, file: str | None) -> None:
    """Write a commented, valid skeleton of a spec, or a first one drafted from a file of another tool."""
    from opsbook import scaffold

    path = scaffold.new_spec(_project(folder), _kind(kind), id_, system, Path(file) if file else None)
    click.echo(f"{path} is written; edit it, then run `opsbook check`")


@main.group()
def postmortem() -> None:
    """What the records of incidents say together."""


@postmortem.command()
@_FOLDER
@click.option("-s", "--system", metavar="SYSTEM", help="Only the incidents of this system.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only what began on DAY or later.")
@_guarded
def stats(folder: str, system: str | None, format_: str, since: datetime | None) -> None:
    """Count incidents and their durations: n, median and p90, by severity, service and contributing factor.

    Actions that are not settled are listed with what is overdue. Nothing is counted while a spec has errors.
    """
    from opsbook.clock import today
    from opsbook.kinds.postmortem import report
    from opsbook.kinds.postmortem.index import figures

    loaded = _project(folder)
    _report_errors(_diagnose(loaded), "counted")
    project = loaded.project
    system = _system(loaded, system)
    day = since.date() if since else None
    counted = {name: report.since(figures(name, project), day) for name in ([system] if system else project.systems)}
    if format_ == "text":
        click.echo(report.as_text(counted, today()), nl=False)
        return
    data = {name: report.as_data(one, today()) for name, one in counted.items()}
    click.echo(json.dumps({"systems": data}, indent=2, ensure_ascii=False))


@main.group()
def monitoring() -> None:
    """The files for Prometheus, Alertmanager and Grafana."""


@monitoring.command()
@_FOLDER
@click.option("-s", "--system", metavar="SYSTEM", help="Only the files of this system.")
@click.option("--out", required=True, metavar="DIR", help="A folder that holds these files, and those that stay yours.")
@_guarded
def export(folder: str, system: str | None, out: str) -> None:
    """Write rules and their tests, configuration and dashboards, as they also lie on the site."""
    from opsbook.kinds.monitoring.artifacts import every
    from opsbook.write import write_tree

    loaded = _project(folder)
    _report_errors(_diagnose(loaded), "written")
    files = {artifact.path: artifact.content for _, artifact in every(loaded.project, _system(loaded, system))}
    written = write_tree(Path(out).resolve(), files)
    click.echo(f"{out}: {len(files)} files, {written} of them written")


@monitoring.command(name="test")
@_FOLDER
@click.option("-s", "--system", metavar="SYSTEM", help="Only the files of this system.")
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="text", show_default=True)
@_guarded
def test_monitoring(folder: str, system: str | None, format_: str) -> None:
    """Let promtool and amtool judge the files, and run the tests of the alerts.

    It needs both programs: Debian's packages are called prometheus and prometheus-alertmanager.
    """
    from opsbook.diagnostic import worst
    from opsbook.kinds.monitoring.verdicts import judge, questions
    from opsbook.prometheus import objections

    loaded = _project(folder)
    _report_errors(_diagnose(loaded), "tested")
    system = _system(loaded, system)
    files, asked = questions(loaded.project, system)
    found = judge(loaded.project, objections(files, asked), loaded.settings.severities, system)
    click.echo(REPORTERS[format_](found), nl=False)
    sys.exit(FINDINGS if worst(found) in ("error", "warning") else 0)


def _system(loaded: Loaded, name: str | None) -> str | None:
    """The name of a system that there is; nothing where none is named."""
    from opsbook.diagnostic import suggest

    systems = loaded.project.systems
    if name is not None and name not in systems:
        raise UnknownName(f"there is no system {name}; {suggest(name, systems)}")
    return name


@main.command()
@click.argument("folder", metavar="DIR")
@_guarded
def init(folder: str) -> None:
    """Make a working project in DIR: specs, snippets, mkdocs.yml, pages and a CI workflow."""
    from opsbook import scaffold

    scaffold.new_project(Path(folder))
    click.echo(
        f"{folder} is ready: `cd {folder}`, then `opsbook build` and open site/index.html, or `opsbook serve`; "
        "`opsbook test` runs its commands"
    )


@main.command()
@click.argument("rule", required=False)
@_guarded
def explain(rule: str | None) -> None:
    """Say what a rule means, why, and the cure; without RULE, list them all."""
    from opsbook.checks import rules
    from opsbook.diagnostic import suggest
    from opsbook.kinds import all_kinds

    known = rules(all_kinds())
    if rule is None:
        width = max(map(len, known))
        click.echo("\n".join(f"{name:{width}}  {known[name].severity:7}  {known[name].summary}" for name in known))
        return
    if rule not in known:
        raise UnknownName(f"there is no rule {rule}; {suggest(rule, known)}")
    click.echo(f"{rule} ({known[rule].severity})\n\n{known[rule].explanation}")


@main.command()
@click.argument("kind", required=False)
@click.option("--out", metavar="DIR", help="Write a file a kind into this folder.")
@_guarded
def schema(kind: str | None, out: str | None) -> None:
    """Print the JSON Schema of a kind, or write those of all kinds, so that editors complete and explain."""
    from opsbook.kinds import all_kinds
    from opsbook.schema import json_schema
    from opsbook.write import write_file

    kinds = [_kind(kind)] if kind else list(all_kinds())
    if out is None:
        schemas = {one.name: json_schema(one) for one in kinds}
        click.echo(json.dumps(schemas[kind] if kind else schemas, indent=2, ensure_ascii=False))
        return
    for one in kinds:
        write_file(
            Path(out) / f"{one.name}.schema.json",
            (json.dumps(json_schema(one), indent=2, ensure_ascii=False) + "\n").encode(),
        )
    click.echo(f"{len(kinds)} schemas are in {out}")


def _kind(name: str) -> Kind[Any]:
    from opsbook.diagnostic import suggest
    from opsbook.kinds import all_kinds

    kinds = {kind.name: kind for kind in all_kinds()}
    if name not in kinds:
        raise UnknownName(f"there is no kind {name}; {suggest(name, kinds)}")
    return kinds[name]
