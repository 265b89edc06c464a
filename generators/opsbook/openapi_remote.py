"""The network, as far as somebody allows a host by name: what references of OpenAPI documents lead to."""

from __future__ import annotations

import http.client
from collections.abc import Container
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener


class _SameHosts(HTTPRedirectHandler):
    """Follows a redirect only to a host that may be called."""

    def __init__(self, hosts: Container[str]) -> None:
        self.hosts = hosts

    def redirect_request(  # noqa: PLR0913, PLR0917  # the library's own form
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        """The request that follows a redirect."""
        parts = urlsplit(newurl)
        if parts.scheme not in ("http", "https") or parts.netloc not in self.hosts:
            raise HTTPError(newurl, code, "it redirects to a host that is not allowed", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: str, hosts: Container[str], seconds: float, size: int) -> bytes | str:
    """What an address gives, up to one byte more than `size`; or why it cannot be had.

    The caller has seen that the host may be called; `hosts` are those to which a redirect may lead.
    """
    accepted = {"Accept": "application/json, application/yaml;q=0.9, */*;q=0.1"}
    request = Request(address, headers=accepted)  # noqa: S310  # `walk` lets http and https pass, and nothing else
    try:
        with build_opener(_SameHosts(hosts)).open(request, timeout=seconds) as answer:
            got: bytes = answer.read(size + 1)
    except HTTPError as error:
        return f"{error.code} {error.reason}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    return got
