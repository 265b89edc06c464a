"""What a system's commands run against when they are tested: real services, and doubles for the rest."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from opsbook.model import ApiId, Command, Document, Id, Line, Model, Snippet

Port = Annotated[int, Field(ge=1024, le=65_535)]


class Seed(Model):
    """SQL that fills a database."""

    file: str
    """The file below `snippets/`: `chatbot/fixtures/schema.sql`."""
    database: str
    """The database that it is run in."""
    user: str
    """The user who runs it, and so owns what it makes."""
    password: str = ""
    """That user's password in the sandbox."""


class Postgres(Model):
    """A real PostgreSQL server."""

    id: Id
    """Stable name; its data lie in `/run/opsbook/<id>`."""
    port: Port = 5432
    """Where it listens on localhost."""
    admin_password: str = "postgres"  # noqa: S105  # it guards a server that nobody outside a sandbox reaches
    """The password of `postgres`, its administrator."""
    replica_of: Id | None = None
    """The server that it follows by streaming; it is then read-only until it is promoted."""
    settings: dict[str, str] = Field(default={})
    """Settings of `postgresql.conf`."""
    sql: tuple[str, ...] = ()
    """Statements that the administrator runs once it answers: users, databases."""
    seeds: tuple[Seed, ...] = ()
    """What fills the databases."""


class Redis(Model):
    """A real Redis server."""

    id: Id
    """Stable name; its data lie in `/run/opsbook/<id>`, its configuration in `/run/opsbook/<id>.conf`."""
    port: Port = 6379
    """Where it listens on localhost."""
    password: str = ""
    """What clients have to know; none when empty."""
    settings: dict[str, str] = Field(default={})
    """Lines of the configuration: `save: 3600 1`; `user: app on >secret ~* +@all`."""
    commands: tuple[tuple[str, ...], ...] = ()
    """Commands that fill it, each as a list of words."""


class Route(Model):
    """One answer of an HTTP service."""

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "*"] = "GET"
    """The method that it answers; `*` for any."""
    path: str
    """The path; `*` stands for any characters. With a `?`, the query has to fit, too."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    """The status of the answer."""
    content_type: str = "application/json"
    """The type of the answer."""
    body: str = ""
    """The answer."""
    headers: dict[str, str] = Field(default={})
    """Further headers of the answer."""
    request_contains: tuple[str, ...] = ()
    """Texts that the request's body has to contain."""
    request_headers: dict[str, str] = Field(default={})
    """Headers that the request has to carry."""
    when: dict[str, str] = Field(default={})
    """What the state has to be: `app: down`."""
    sets: dict[str, str] = Field(default={})
    """What the state becomes."""


class Http(Model):
    """A real HTTP service. The first of its routes that fits, answers; then its API's document does."""

    id: Id
    """Stable name; `/run/opsbook/<id>.pid` has its process, and `bash /run/opsbook/<id>.start` starts it again."""
    port: Port
    """Where it listens on localhost."""
    api: ApiId | None = None
    """The API that it is: it answers with the examples of the document, and refuses what that does not allow."""
    apis: tuple[ApiId, ...] = ()
    """Instead, for a gateway: the APIs behind it. The first that knows the path of a request answers it."""
    routes: tuple[Route, ...] = ()
    """Answers of its own, in the order in which they are tried; they go before those of documents."""

    @model_validator(mode="after")
    def _answers_something(self) -> Self:
        if not (self.api or self.apis or self.routes):
            raise ValueError("an HTTP service needs `routes` or an `api`, to have something to answer")
        if self.api and self.apis:
            raise ValueError("an HTTP service has either one `api` or, as a gateway, several `apis`")
        return self

    @property
    def documents(self) -> tuple[str, ...]:
        """The APIs that it answers for."""
        return (self.api,) if self.api else self.apis


class Commit(Model):
    """One commit of a repository."""

    message: Line
    """Its message."""
    files: dict[str, str]
    """The files that it writes."""
    tag: str = ""
    """A tag that is put on it."""


class Repository(Model):
    """A Git repository."""

    id: Id
    """Stable name."""
    path: str
    """Where it lies, below the home of the sandbox."""
    commits: Annotated[tuple[Commit, ...], Field(min_length=1)]
    """Its history."""


class Setup(Model):
    """A snippet that sets up what the other fixtures cannot."""

    id: Id
    """Stable name."""
    snippet: Snippet
    """The file below `snippets/`."""


class Call(Model):
    """A call that a double expects, and its answer."""

    argv: str
    """The arguments, as one would type them; `*` within a word for any characters, a last `**` for any words."""
    stdin: tuple[str, ...] | None = None
    """Texts that its standard input has to contain; it is read only when this is there, even if empty."""
    stdout: str = ""
    """What it prints."""
    stderr: str = ""
    """What it prints on standard error."""
    exit: Annotated[int, Field(ge=0, le=255)] = 0
    """Its exit code."""
    when: dict[str, str] = Field(default={})
    """What the state has to be: `app: down`."""
    sets: dict[str, str] = Field(default={})
    """What the state becomes: a `docker compose restart app` sets `app: up`."""
    run: Command | None = None
    """What it does to the fixtures: a `docker compose stop postgres` stops the server. Its failure is the call's."""


class Double(Model):
    """A stand-in for a program that cannot run in a sandbox; any call that it does not expect fails."""

    program: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]*$")]
    """The program: `docker`."""
    why: Line
    """Why the real one cannot run."""
    calls: Annotated[tuple[Call, ...], Field(min_length=1)]
    """The calls that it expects; the first that fits, answers."""


class Sandbox(Document):
    """What a system's commands run against when they are tested."""

    kind: Literal["sandbox"]
    named: bool = False
    """Whether only guides that name it run against it; a system's other commands then have another."""
    folder: Annotated[str, StringConstraints(pattern=r"^[\w.-]+(/[\w.-]+)*$")] = "work"
    """The folder, below the home of the sandbox, in which commands start."""
    environment: dict[str, str] = Field(default={})
    """Variables that every command has."""
    values: dict[str, str] = Field(default={})
    """Values of parameters, where the example of a runbook does not do; secrets always."""
    state: dict[str, str] = Field(default={})
    """What doubles and HTTP services know of each other at the start."""
    postgres: tuple[Postgres, ...] = ()
    """Started first, in this order."""
    redis: tuple[Redis, ...] = ()
    """Started next."""
    http: tuple[Http, ...] = ()
    """Started next."""
    repositories: tuple[Repository, ...] = ()
    """Made next."""
    files: dict[str, str] = Field(default={})
    """Files below the home of the sandbox: path to text."""
    setup: tuple[Setup, ...] = ()
    """Run last, in this order."""
    doubles: tuple[Double, ...] = ()
    """Stand-ins for programs that cannot run here."""
