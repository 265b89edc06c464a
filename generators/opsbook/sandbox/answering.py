"""Answers requests as an OpenAPI document says, from a table that `openapi.answers` made of it.

What the document does not allow is refused with a problem (RFC 9457) that names the field and its JSON pointer:
who tries a documented call learns what the document and the call do not agree on. This is stricter than many
services are: a query parameter or a field of a body that the document does not know is refused, too.

It knows nothing of files and sockets, and imports nothing of opsbook: inside a sandbox it lies beside the
program that listens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

import jsonschema_rs

Errors: TypeAlias = list[dict[str, str]]
"""What is wrong with a request: each with a message, and the place as JSON pointer or parameter."""


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire."""

    method: str
    target: str
    """The path with its query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    problem: str = ""
    """Why the request was refused, in a line; empty where it was not."""


class Refused(Exception):  # it says what happened
    """The document does not allow this request."""

    def __init__(self, status: int, detail: str, errors: Errors | None = None, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class _Fault:
    """What a schema finds wrong with a value."""

    kind: str
    pointer: str
    text: str

    @property
    def at(self) -> str:
        """Where, behind the name of a parameter."""
        return f" at `{self.pointer}`" if self.pointer else ""

    @property
    def in_body(self) -> dict[str, str]:
        """The same as an error of a body."""
        where = f"`{self.pointer}`" if self.pointer else "the body"
        return {"pointer": self.pointer, "detail": f"{where}: {self.text}"}


_CLOSED = ("additionalProperties", "unevaluatedProperties")


class Answering:
    """A service that is made of a document."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._routes = [(_pattern(route), route) for route in table["routes"]]
        self._schemas = table["schemas"]
        self._validators: dict[int, Any] = {}

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            return self._answer(request)
        except Refused as refused:
            return _problem(request, refused)

    def knows(self, request: Request) -> bool:
        """Whether the path of a request is one of the document's."""
        path = request.target.partition("?")[0]
        return any(pattern.fullmatch(path) for pattern, _ in self._routes)

    def _answer(self, request: Request) -> Reply:
        route, given = self._route(request)
        _authenticate(route["security"], request)
        problems = [*self._parameters(route, given, request), *self._body(route["body"], request)]
        if problems:
            raise Refused(400, "; ".join(one["detail"] for one in problems), problems)
        return _chosen(route, request)

    def _route(self, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
        path = request.target.partition("?")[0]
        found = [(match, route) for pattern, route in self._routes if (match := pattern.fullmatch(path))]
        for wanted in (request.method, "GET" if request.method == "HEAD" else request.method):
            for match, route in found:
                if route["method"] == wanted:
                    values = zip(_names(route["path"]), match.groups(), strict=True)
                    return route, {name: unquote(value) for name, value in values}
        if found:
            allowed = ", ".join(dict.fromkeys(route["method"] for _, route in found))
            raise Refused(405, f"`{path}` knows {allowed}, and no {request.method}", Allow=allowed)
        every = dict.fromkeys(base + route["path"] for _, route in self._routes for base in route["bases"])
        raise Refused(404, f"the document has no path `{path}`{_near(path, every)}")

    def _parameters(self, route: dict[str, Any], given: dict[str, str], request: Request) -> Errors:
        query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        cookies = dict(_cookies(request.headers.get("cookie", "")))
        places: dict[str, list[tuple[str, str]]] = {
            "path": list(given.items()),
            "query": query,
            "header": list(request.headers.items()),
            "cookie": list(cookies.items()),
        }
        found: Errors = []
        for one in route["parameters"]:
            if one["in"] == "querystring":
                continue
            name = one["name"].lower() if one["in"] == "header" else one["name"]
            if one["in"] == "header" and name in ("accept", "content-type", "authorization"):
                continue
            pairs = places.get(one["in"], [])
            where = f"{one['in']} parameter"
            for problem in self._parameter(one, name, pairs):
                found.append({"parameter": one["name"], "in": one["in"], "detail": f"the {where} {problem}"})
        return [*found, *_unknown_query(route, query)]

    def _parameter(self, one: dict[str, Any], name: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
        values = list(_written(one, name, pairs))
        if not values:
            if one["required"]:
                yield f"`{one['name']}` is missing"
            return
        if one["empty"] and values == [""]:
            return
        faults = self._least(one["schema"], values)
        yield from (f"`{one['name']}`{fault.at}: {fault.text}" for fault in faults)

    def _body(self, body: dict[str, Any] | None, request: Request) -> Errors:
        if not request.body:
            missing = bool(body and body["required"])
            return [{"pointer": "", "detail": "the body is missing"}] if missing else []
        if body is None:
            return [{"pointer": "", "detail": "there is a body, and the document has none here"}]
        media = request.headers.get("content-type", "")
        name = _best([media], body["content"])
        if name is None:
            said = f"`{media}`" if media else "a body without Content-Type"
            raise Refused(415, f"the document takes {_list(body['content'])}, and no {said}")
        wanted = body["content"][name]
        try:
            values = list(_read(media.partition(";")[0].strip().lower(), media, request.body))
        except ValueError as error:
            return [{"pointer": "", "detail": f"the body is not what its Content-Type says: {error}"}]
        if not values:
            return []
        faults = self._least(wanted["schema"], values)
        unknown = _unknown_fields(wanted["properties"], values[0])
        if unknown:  # said with the names that are meant
            faults = [one for one in faults if one.pointer or one.kind not in _CLOSED]
        return [*(one.in_body for one in faults), *unknown]

    def _least(self, schema: Any, values: list[Any]) -> list[_Fault]:
        """What is wrong with a value, in the reading of it that is nearest to what the schema wants."""
        found = [list(self._faults(schema, value)) for value in values]
        return min(found, key=lambda faults: (sum(one.kind == "type" for one in faults), len(faults)))

    def _faults(self, schema: Any, value: Any) -> Iterator[_Fault]:
        for error in self._validator(schema).iter_errors(value):
            path = [str(part) for part in error.instance_path]
            kind, text = error.kind.name, error.message
            if kind == "required":
                path.append(str(error.kind.value))
                text = f"`{error.kind.value}` is missing"
            pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)
            yield _Fault(kind, pointer, text)

    def _validator(self, schema: Any) -> Any:
        key = id(schema)  # the table lives as long as this does
        if key not in self._validators:
            draft4 = "draft-04" in self._schemas["$schema"]
            make = jsonschema_rs.Draft4Validator if draft4 else jsonschema_rs.Draft202012Validator
            whole = {**(schema if isinstance(schema, dict) else {"allOf": [schema]}), "$defs": self._schemas["$defs"]}
            self._validators[key] = make(whole, validate_formats=True, retriever=_refuse)
        return self._validators[key]


def _refuse(uri: str) -> Any:
    raise LookupError(f"{uri} is not in the document, and nothing is fetched")


def _pattern(route: dict[str, Any]) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}]+\}", route["path"])
    bases = "|".join(re.escape(base) for base in route["bases"])
    return re.compile(f"(?:{bases})" + "([^/]+)".join(map(re.escape, parts)))


def _names(path: str) -> list[str]:
    return re.findall(r"\{([^{}]+)\}", path)


def _near(word: str, known: Iterable[str]) -> str:
    """A sentence that names what was probably meant."""
    names = list(known)
    close = get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; it knows {_list(names[:8])}" if names else ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _problem(request: Request, refused: Refused) -> Reply:
    status = refused.status
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refused.detail,
    }
    if refused.errors:
        problem["errors"] = refused.errors
    body = (json.dumps(problem, ensure_ascii=False, indent=1) + "\n").encode()
    headers = (("Content-Type", "application/problem+json"), *refused.headers.items())
    line = f"{request.method} {request.target} was refused with {status}: {refused.detail}"
    return Reply(status, headers, body, " ".join(line.split()))


# Authentication


def _authenticate(alternatives: list[list[dict[str, str]]], request: Request) -> None:
    """See that a request carries what one of the alternatives asks for; what it is, nobody can judge."""
    if not alternatives or any(all(_carries(one, request) for one in every) for every in alternatives):
        return
    first = next(one for every in alternatives for one in every if not _carries(one, request))
    scheme = first.get("scheme")
    what = f"`Authorization: {scheme.capitalize()} …`" if scheme else f"the {first['in']} `{first['name']}`"
    raise Refused(401, f"this operation needs {what}", WWW_Authenticate=scheme.capitalize() if scheme else "ApiKey")


def _carries(one: dict[str, str], request: Request) -> bool:
    name = one["name"]
    if one["in"] == "query":
        return any(key == name and value for key, value in parse_qsl(request.target.partition("?")[2]))
    if one["in"] == "cookie":
        return bool(dict(_cookies(request.headers.get("cookie", ""))).get(name))
    value = request.headers.get(name.lower(), "")
    if scheme := one.get("scheme"):
        said, _, rest = value.partition(" ")
        return said.lower() == scheme.lower() and bool(rest.strip())
    return bool(value)


def _cookies(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            yield name, unquote(value)


# What parameters and bodies hold

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def _typed(value: Any) -> Any:
    """What texts mean where they are no texts: numbers, truth, nothing."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if isinstance(value, dict):
        return {name: _typed(one) for name, one in value.items()}
    if value in ("true", "false", "null"):
        return json.loads(value)
    return json.loads(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _both(value: Any) -> Iterator[Any]:
    """A value as texts, and as what its texts may mean: the schema says which it is."""
    yield value
    typed = _typed(value)
    if typed != value or isinstance(typed, bool) != isinstance(value, bool):
        yield typed


def _written(one: dict[str, Any], name: str, pairs: list[tuple[str, str]]) -> Iterator[Any]:
    """What the value of a parameter may be, read as its style says; nothing where it is not there."""
    values = [value for key, value in pairs if key == name]
    if one["media"]:
        for value in values[:1]:
            try:
                yield json.loads(value)
            except ValueError:
                yield value
        return
    read: Any
    if one["form"] == "object":
        read = _object(one, values, pairs)
    elif one["form"] == "array":
        read = _array(one, values)
    else:
        read = _bare(one, values[-1]) if values else None
    if read is not None:
        yield from _both(read)


def _bare(one: dict[str, Any], value: str) -> str:
    """A value without what the styles of paths put before it."""
    if one["style"] == "label":
        return value.removeprefix(".")
    return value.removeprefix(f";{one['name']}=") if one["style"] == "matrix" else value


def _array(one: dict[str, Any], values: list[str]) -> list[str] | None:
    if not values:
        return None
    if one["style"] == "form" and one["explode"]:
        return values
    separator = _SEPARATORS.get(one["style"], "." if one["style"] == "label" and one["explode"] else ",")
    return [part for part in re.split(re.escape(separator), _bare(one, values[-1])) if part != ""]


def _object(one: dict[str, Any], values: list[str], pairs: list[tuple[str, str]]) -> dict[str, str] | None:
    if one["style"] == "deepObject":
        start = f"{one['name']}["
        found = {key[len(start) : -1]: value for key, value in pairs if key.startswith(start) and key.endswith("]")}
        return found or None
    if one["style"] == "form" and one["explode"]:
        return {key: value for key, value in pairs if key in one["properties"]} or None
    if not values:
        return None
    parts = _bare(one, values[-1]).split(",")
    if one["explode"]:
        return dict(part.partition("=")[::2] for part in parts)
    return dict(zip(parts[::2], parts[1::2], strict=False))


def _unknown_query(route: dict[str, Any], query: list[tuple[str, str]]) -> Errors:
    """Query parameters that the document does not know: misspelt ones would do nothing, and nobody would notice."""
    own = [one for one in route["parameters"] if one["in"] in ("query", "querystring")]
    spread = [one for one in own if one["form"] == "object" and one["style"] == "form" and one["explode"]]
    if any(
        one["in"] == "querystring" or "*" in one["properties"] for one in own if one in spread or one["in"] != "query"
    ):
        return []
    known = {one["name"] for one in own} | {name for one in spread for name in one["properties"]}
    known |= {one["name"] for every in route["security"] for one in every if one["in"] == "query"}
    deep = tuple(f"{one['name']}[" for one in own if one["style"] == "deepObject")
    found = dict.fromkeys(key for key, _ in query if key not in known and not (deep and key.startswith(deep)))
    return [
        {"parameter": key, "in": "query", "detail": f"the document has no query parameter `{key}`{_near(key, known)}"}
        for key in found
    ]


def _unknown_fields(known: list[str], value: Any) -> Errors:
    """Fields of a body that the document does not know."""
    if not known or "*" in known or not isinstance(value, dict):
        return []
    return [
        {"pointer": f"/{name}", "detail": f"`/{name}`: the document has no field `{name}`{_near(name, known)}"}
        for name in value
        if name not in known
    ]


def _read(media: str, header: str, body: bytes) -> Iterator[Any]:
    """What a body may hold. Raises ValueError where it is not of its type."""
    if media == "application/json" or media.endswith("+json"):
        try:
            yield json.loads(body)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
    elif media == "application/x-www-form-urlencoded":
        yield from _both(_gathered(parse_qsl(body.decode(), keep_blank_values=True)))
    elif media.startswith("multipart/"):
        yield from _both(_gathered(_fields(header, body)))
    else:
        yield body.decode(errors="replace")


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Fields by name; one that comes again is a list."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            before = made[name]
            made[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            made[name] = value
    return made


def _fields(header: str, body: bytes) -> Iterator[tuple[str, str]]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {header}\r\n\r\n".encode() + body)
    if not message.is_multipart():
        raise ValueError("it has no parts")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield name, content.decode(errors="replace")


# Responses


def _chosen(route: dict[str, Any], request: Request) -> Reply:
    """The response that is asked for with `Prefer`, else the first that says that all went well."""
    prefer = _preferences(request.headers.get("prefer", ""))
    responses: dict[str, Any] = route["responses"]
    status, key = _status(responses, prefer.get("code", ""), route["id"])
    response = responses[key]
    headers = [(name, value) for name, value in response["headers"].items() if name.lower() != "content-length"]
    content = response["content"]
    if not content:
        return Reply(status, tuple(headers))
    accepted = request.headers.get("accept", "") or "*/*"
    media = _best(_accepted(accepted), content)
    if media is None:
        raise Refused(406, f"the document answers with {_list(content)}, and `Accept` takes {accepted}")
    examples: dict[str, Any] = content[media]
    name = prefer.get("example", next(iter(examples), ""))
    if name not in examples:
        raise Refused(400, f"the response {key} of `{route['id']}` has no example `{name}`{_near(name, examples)}")
    plain = media if "*" not in media else "application/octet-stream"
    return Reply(status, (("Content-Type", plain), *headers), _printed(examples.get(name, {}), media))


def _preferences(header: str) -> dict[str, str]:
    """`code=404, example=missing` as a mapping."""
    pairs = re.findall(r'([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s,;]+))', header)
    return {name.lower(): quoted or bare for name, quoted, bare in pairs}


def _status(responses: dict[str, Any], wanted: str, operation: str) -> tuple[int, str]:
    """The status to answer with, and under which key the document has that response."""
    if wanted:
        for key in (wanted, f"{wanted[:1]}XX", "default"):
            if key in responses and re.fullmatch(r"[1-5]\d\d", wanted):
                return int(wanted), key
        raise Refused(400, f"`{operation}` has no response `{wanted}`{_near(wanted, responses)}")
    for key in (*sorted(key for key in responses if key.startswith("2")), "default", *responses):
        if key in responses:
            return int(re.sub(r"[xX]", "0", key)) if key != "default" else 200, key
    raise Refused(501, f"the document has no response for `{operation}`")


def _accepted(header: str) -> list[str]:
    """The media types of an `Accept`, the most wanted first."""
    ranked = []
    for number, part in enumerate(header.split(",")):
        media, *rest = [word.strip() for word in part.split(";")]
        weight = next((word[2:] for word in rest if word.startswith("q=")), "1")
        value = float(weight) if re.fullmatch(r"[01](?:\.\d{0,3})?", weight) else 1.0
        if value > 0:
            ranked.append((-value, number, media))
    return [media for _, _, media in sorted(ranked)]


def _best(wanted: list[str], known: Iterable[str]) -> str | None:
    """The first of the known media types that one of the wanted ones allows; either may have a `*`."""
    for one in wanted:
        for media in known:
            if _fits(one, media) or _fits(media, one):
                return media
    return None


def _fits(pattern: str, media: str) -> bool:
    bare = [text.partition(";")[0].strip().lower() for text in (pattern, media)]
    (kind, _, part), (own, _, other) = (text.partition("/") for text in bare)
    return kind in ("*", own) and part in ("*", other) and bool(kind)


def _printed(example: dict[str, Any], media: str) -> bytes:
    """The body of an answer: JSON, or a text as it stands."""
    if "text" in example:
        return str(example["text"]).encode()
    value = example.get("value")
    bare = media.partition(";")[0].strip().lower()
    is_json = bare == "application/json" or bare.endswith("+json") or bare == "*/*"
    if bare in _SEQUENCES and isinstance(value, list):
        return _SEQUENCES[bare](value)
    if not is_json and value is None:
        return b""
    if not is_json and isinstance(value, str):
        return value.encode()
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def _lines(values: list[Any]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values).encode()


_SEQUENCES: dict[str, Callable[[list[Any]], bytes]] = {
    "application/jsonl": _lines,
    "application/x-ndjson": _lines,
    "application/json-seq": lambda values: b"".join(b"\x1e" + _lines([one]) for one in values),
}
"""Media types that hold one JSON value after the other."""
