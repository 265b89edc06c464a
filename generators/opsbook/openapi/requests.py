"""A request to an operation as a value, and as commands and programs that send it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from opsbook.openapi import exchange
from opsbook.openapi.contents import Operation
from opsbook.openapi.exchange import Media, Parameter, text
from opsbook.openapi.samples import Sampler
from opsbook.openapi.standalone import is_marked
from opsbook.openapi.walk import Api, Node

_NOT_OURS = {"accept", "content-type", "authorization"}
"""Header parameters that the standard ignores: other fields say them."""

_MOST_IN_LINE = 3


class Secret(NamedTuple):
    """A value that the reader supplies as an environment variable, and what stands before it."""

    variable: str
    prefix: str = ""


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    url: str
    """With the query, as far as no secret is in it."""
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    query: Mapping[str, Secret] = field(default_factory=dict)
    """The secrets that stand in the query."""
    cookies: Mapping[str, str | Secret] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    """The variables that hold a name and a password."""
    body: Any = None
    media: str = ""
    """The media type of the body; empty where there is none."""
    files: tuple[str, ...] = ()
    """The fields of a form that are files."""
    generated: bool = False
    """Whether the body was made, and not given by the document."""
    valid: bool = True
    """Whether the body is what its schema asks for, where that is known."""

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON."""
        return is_json(self.media)

    @property
    def is_form(self) -> bool:
        """Whether the body is a form of fields."""
        return self.media.startswith("application/x-www-form-urlencoded")

    @property
    def is_multipart(self) -> bool:
        """Whether the body is a form of parts."""
        return self.media.startswith("multipart/")


def is_json(media: str) -> bool:
    """Whether a media type is JSON."""
    return bool(re.fullmatch(r"[\w.+-]+/(?:[\w.+-]+\+)?json(?:\s*;.*)?", media))


def request(api: Api, operation: Operation, sampler: Sampler) -> Request:
    """A request that shows how an operation is asked: with the document's examples, or with values that are made."""
    path = re.sub(r"[{]([^{}]*)[}]", r"{\1}", operation.path)
    query: list[str] = []
    headers: dict[str, str | Secret] = {}
    cookies: dict[str, str | Secret] = {}
    for one in exchange.parameters(api, operation):
        value = _value(one, sampler)
        if one.place == "path":
            path = path.replace(f"{{{one.name}}}", _path_value(one, value))
        elif not one.required and not one.examples:
            continue
        elif one.place in ("query", "querystring"):
            query += _query(one, value)
        elif one.place == "header" and one.name.lower() not in _NOT_OURS:
            headers[one.name] = _joined(value)
        elif one.place == "cookie":
            cookies[one.name] = _joined(value)
    secrets: dict[str, Secret] = {}
    basic = _secure(api, operation, headers, secrets, cookies)
    server = next(iter(exchange.servers(api, operation)), None)
    base = server.address.rstrip("/") if server else ""
    url = (base if "://" in base else f"https://api.example.com{base}") + path
    url += ("?" + "&".join(query)) if query else ""
    made = Request(operation.method, url, headers, secrets, cookies, basic)
    body = exchange.body(api, operation)
    return _with_body(made, api, body, sampler) if body and body.media else made


def _value(parameter: Parameter, sampler: Sampler) -> Any:
    for example in parameter.examples:
        if example.given:
            return example.value
    schema = parameter.schema or (parameter.media.schema if parameter.media else None)
    return sampler.of(schema, "request").value if schema else parameter.name


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_plain, value))
    if isinstance(value, dict):
        return ",".join(f"{key},{_plain(one)}" for key, one in value.items())
    return _plain(value)


def _path_value(parameter: Parameter, value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    if isinstance(value, dict):
        parts = [f"{key}={_plain(one)}" for key, one in value.items()] if parameter.explode else [_joined(value)]
    written = [quote(_plain(part), safe="=," if isinstance(value, dict) else "") for part in parts]
    if parameter.style == "label":
        return "." + ("." if parameter.explode else ",").join(written)
    if parameter.style == "matrix":
        name = quote(parameter.name)
        if parameter.explode:
            return "".join(f";{part}" if isinstance(value, dict) else f";{name}={part}" for part in written)
        return f";{name}={','.join(written)}"
    return ",".join(written)


def _query(parameter: Parameter, value: Any) -> Iterator[str]:
    encode = partial(quote, safe="/:?#[]@!$&'()*+,;=" if parameter.value.get("allowReserved") is True else "")
    name = quote(parameter.name, safe="[]")
    if parameter.place == "querystring":
        yield _plain(value) if isinstance(value, str) else "&".join(_pairs(value))
    elif parameter.media is not None:
        yield f"{name}={encode(_plain(value))}"
    elif isinstance(value, list):
        written = [encode(_plain(one)) for one in value]
        if parameter.explode:
            yield from (f"{name}={one}" for one in written)
        else:
            between = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
            yield f"{name}={between.join(written)}"
    elif isinstance(value, dict):
        for key, one in value.items():
            if parameter.style == "deepObject":
                yield f"{name}[{quote(str(key), safe='')}]={encode(_plain(one))}"
            elif parameter.explode:
                yield f"{quote(str(key), safe='')}={encode(_plain(one))}"
        if parameter.style != "deepObject" and not parameter.explode:
            yield f"{name}={encode(_joined(value))}"
    else:
        yield f"{name}={encode(_plain(value))}"


def _pairs(value: Any) -> Iterator[str]:
    for key, one in value.items() if isinstance(value, dict) else ():
        yield f"{quote(str(key), safe='')}={quote(_plain(one), safe='')}"


def variable(name: str) -> str:
    """The environment variable that holds what a security scheme asks for."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_") or "TOKEN"


def _secure(
    api: Api,
    operation: Operation,
    headers: dict[str, str | Secret],
    query: dict[str, Secret],
    cookies: dict[str, str | Secret],
) -> tuple[str, str] | None:
    """Add what the first way in asks for; gives the variables of a name and a password."""
    asked = exchange.security(api, operation)
    known = exchange.schemes(api)
    basic = None
    for name in asked[0] if asked else ():
        scheme = known.get(name, {})
        kind, place, own = text(scheme, "type"), text(scheme, "in"), variable(name)
        if kind == "apiKey":
            key = text(scheme, "name") or name
            if place == "query":
                query[key] = Secret(own)
            elif place == "cookie":
                cookies[key] = Secret(own)
            else:
                headers[key] = Secret(own)
        elif kind == "basic" or text(scheme, "scheme").lower() == "basic":
            basic = (f"{own}_USER", f"{own}_PASSWORD")
        elif kind == "http" and text(scheme, "scheme").lower() not in ("bearer", ""):
            headers["Authorization"] = Secret(own, f"{text(scheme, 'scheme')} ")
        elif kind in ("http", "oauth2", "openIdConnect"):
            headers["Authorization"] = Secret("TOKEN", "Bearer ")
    return basic


def _with_body(made: Request, api: Api, body: exchange.Body, sampler: Sampler) -> Request:
    media = next((one for one in body.media if is_json(one.type)), body.media[0])
    given = next((one for one in media.examples if one.given), None)
    value: Any = given.value if given else None
    generated, valid = False, True
    if not given:
        if media.schema is None:
            return made
        found = sampler.of(media.schema, "request")
        value, generated, valid = found.value, not _has_example(media.schema, found.value), found.valid
    files = tuple(_files(api, media, sampler)) if media.type.startswith("multipart/") else ()
    return Request(
        made.method,
        made.url,
        made.headers,
        made.query,
        made.cookies,
        made.basic,
        value,
        media.type if not media.type.startswith("*") else "application/octet-stream",
        files,
        generated,
        valid,
    )


def _has_example(schema: Node, value: Any) -> bool:
    return isinstance(schema.value, dict) and "example" in schema.value and schema.value["example"] == value


def _files(api: Api, media: Media, sampler: Sampler) -> Iterator[str]:
    """The fields of a form that hold bytes."""
    whole = api.resolve(media.schema) if media.schema else None
    for node in api.members(whole, "properties") if whole else ():
        one = api.resolve(node)
        value = one.value if one is not None and isinstance(one.value, dict) else {}
        binary = value.get("format") == "binary" or value.get("type") == "file" or "contentMediaType" in value
        if binary and not is_marked(sampler.api, node, "readOnly"):
            yield node.name


# Printed


def curl(sent: Request) -> str:
    """The command that sends a request with curl."""
    parts: list[str] = []
    if sent.method == "HEAD":
        parts.append("--head")
    elif not (sent.method == "GET" or (sent.method == "POST" and sent.media)):
        parts.append(f"--request {shlex.quote(sent.method)}")
    if sent.basic:
        parts.append(f'--user "${sent.basic[0]}:${sent.basic[1]}"')
    parts += [f"--header {_shell(f'{name}: ', value)}" for name, value in sent.headers.items()]
    if sent.cookies:
        parts += [f"--cookie {_shell(f'{name}=', value)}" for name, value in sent.cookies.items()]
    parts += _curl_body(sent)
    secrets = "".join(
        f'"{"&" if "?" in sent.url or number else "?"}"{shlex.quote(quote(name, safe="") + "=")}"${secret.variable}"'
        for number, (name, secret) in enumerate(sent.query.items())
    )
    return " \\\n  ".join([f"curl {shlex.quote(sent.url)}{secrets}", *parts])


def _curl_body(sent: Request) -> Iterator[str]:
    if not sent.media:
        return
    if sent.is_multipart and isinstance(sent.body, dict):
        for name, value in sent.body.items():
            shown = f"{name}=@{_file(name)}" if name in sent.files else f"{name}={_plain(value)}"
            yield f"{'--form' if name in sent.files else '--form-string'} {shlex.quote(shown)}"
    elif sent.is_form and isinstance(sent.body, dict):
        for name, value in sent.body.items():
            yield f"--data-urlencode {shlex.quote(f'{name}={_plain(value)}')}"
    else:
        yield f"--header {shlex.quote(f'Content-Type: {sent.media}')}"
        yield f"--data-raw {shlex.quote(_body_text(sent))}"


def _body_text(sent: Request) -> str:
    if isinstance(sent.body, str) and not sent.is_json:
        return sent.body
    return json.dumps(sent.body, ensure_ascii=False, indent=2, default=str)


def _file(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "file"


def _shell(prefix: str, value: str | Secret) -> str:
    if isinstance(value, Secret):
        return f'{shlex.quote(prefix + value.prefix) if prefix + value.prefix else ""}"${value.variable}"'
    return shlex.quote(prefix + value)


def python(sent: Request) -> str:
    """The program in Python that sends a request, with `requests`."""
    secret = bool(
        sent.basic or sent.query or any(isinstance(v, Secret) for v in (*sent.headers.values(), *sent.cookies.values()))
    )
    lines = ["import os", "", "import requests", ""] if secret else ["import requests", ""]
    arguments = [repr(sent.method), repr(sent.url)]
    if sent.query:
        arguments.append(f"params={_python_values(sent.query)}")
    headers: dict[str, str | Secret] = dict(sent.headers)
    arguments += _python_body(sent, headers)
    if headers:
        arguments.insert(2, f"headers={_python_values(headers)}")
    if sent.cookies:
        arguments.append(f"cookies={_python_values(sent.cookies)}")
    if sent.basic:
        arguments.append(f"auth=(os.environ[{sent.basic[0]!r}], os.environ[{sent.basic[1]!r}])")
    arguments.append("timeout=30")
    lines += ["response = requests.request(", *(f"    {one}," for one in arguments), ")", "response.raise_for_status()"]
    return "\n".join([*lines, "print(response.text)"])


def _python_values(values: Mapping[str, Any]) -> str:
    if not values:
        return "{}"
    pairs = [f"        {name!r}: {_python_value(value)}," for name, value in values.items()]
    return "\n".join(["{", *pairs, "    }"])


def _python_value(value: str | Secret) -> str:
    if isinstance(value, Secret):
        return (f"{value.prefix!r} + " if value.prefix else "") + f"os.environ[{value.variable!r}]"
    return repr(value)


def _python_body(sent: Request, headers: dict[str, str | Secret]) -> Iterator[str]:
    if not sent.media:
        return
    if sent.is_multipart and isinstance(sent.body, dict):
        parts = [
            f"        {name!r}: open({_file(name)!r}, 'rb'),"
            if name in sent.files
            else f"        {name!r}: (None, {_plain(value)!r}),"
            for name, value in sent.body.items()
        ]
        yield "\n".join(["files={", *parts, "    }"])
    elif sent.is_form and isinstance(sent.body, dict):
        yield f"data={_python_literal({name: _plain(value) for name, value in sent.body.items()}, 1)}"
    elif sent.is_json:
        if sent.media != "application/json":
            headers["Content-Type"] = sent.media
        yield f"json={_python_literal(sent.body, 1)}"
    else:
        headers["Content-Type"] = sent.media
        yield f"data={_body_text(sent)!r}.encode()"


def _python_literal(value: Any, depth: int) -> str:
    """A value as Python writes it, a line for each part."""
    inner, outer = "    " * (depth + 1), "    " * depth
    if isinstance(value, dict) and value:
        rows = [f"{inner}{key!r}: {_python_literal(one, depth + 1)}," for key, one in value.items()]
        return "\n".join(["{", *rows, f"{outer}}}"])
    if isinstance(value, list) and value:
        if len(value) <= _MOST_IN_LINE and not any(isinstance(one, dict | list) for one in value):
            return repr(value)
        return "\n".join(["[", *(f"{inner}{_python_literal(one, depth + 1)}," for one in value), f"{outer}]"])
    return repr(value)


def javascript(sent: Request) -> str:
    """The program in JavaScript that sends a request, with `fetch`."""
    headers = {name: _js_value(value) for name, value in sent.headers.items()}
    if sent.basic:
        name, password = (f"process.env.{one}" for one in sent.basic)
        headers["Authorization"] = f'"Basic " + btoa({name} + ":" + {password})'
    if sent.cookies:
        pairs = [f"{_js(name + '=')} + {_js_value(value)}" for name, value in sent.cookies.items()]
        headers["Cookie"] = ' + "; " + '.join(pairs)
    lines = list(_js_form(sent))
    body = "form" if lines else _js_body(sent, headers)
    options = [f"method: {_js(sent.method)},"] if sent.method != "GET" else []
    if headers:
        options += ["headers: {", *(f"  {_js(name)}: {value}," for name, value in headers.items()), "},"]
    if body:
        options.append(f"body: {body},")
    url = _js(sent.url)
    for number, (name, secret) in enumerate(sent.query.items()):
        mark = "&" if "?" in sent.url or number else "?"
        start = _js(f"{mark}{quote(name, safe='')}=")
        url += f" + {start} + encodeURIComponent(process.env.{secret.variable})"
    inner = "".join(f"  {option}\n" for option in options)
    lines.append(f"const response = await fetch({url}{f', {{{chr(10)}{inner}}}' if options else ''});")
    lines.append("if (!response.ok) throw new Error(`HTTP ${response.status}`);")
    return "\n".join([*lines, "console.log(await response.text());"])


def _js_form(sent: Request) -> Iterator[str]:
    """The lines that fill a form of parts."""
    if not (sent.media and sent.is_multipart and isinstance(sent.body, dict)):
        return
    yield "const form = new FormData();"
    for name, value in sent.body.items():
        if name in sent.files:
            yield f"form.append({_js(name)}, file, {_js(_file(name))});  // a Blob or File"
        else:
            yield f"form.append({_js(name)}, {_js(_plain(value))});"


def _js_body(sent: Request, headers: dict[str, str]) -> str:
    if not sent.media:
        return ""
    if sent.is_form and isinstance(sent.body, dict):
        return f"new URLSearchParams({_js({name: _plain(value) for name, value in sent.body.items()}, 1)})"
    headers.setdefault("Content-Type", _js(sent.media))
    return f"JSON.stringify({_js(sent.body, 1)})" if sent.is_json else _js(_body_text(sent))


def _js(value: Any, depth: int = 0) -> str:
    # Two signs end a line in JavaScript before 2019, and not in JSON.
    printed = json.dumps(value, ensure_ascii=False, indent=2 if depth else None, default=str)
    return printed.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\n", "\n" + "  " * depth)


def _js_value(value: str | Secret) -> str:
    if isinstance(value, Secret):
        return (f"{_js(value.prefix)} + " if value.prefix else "") + f"process.env.{value.variable}"
    return _js(value)


LANGUAGES = (("curl", curl), ("Python", python), ("JavaScript", javascript))
"""What requests are printed as."""


def own_samples(operation: Operation) -> list[tuple[str, str]]:
    """The samples that the document brings itself: their titles and texts."""
    for key in ("x-codeSamples", "x-code-samples"):
        found = [
            (text(one, "label") or text(one, "lang"), text(one, "source"))
            for one in exchange.sequence(operation.node.value, key)
            if isinstance(one, dict) and text(one, "source")
        ]
        if found:
            return found
    return []
