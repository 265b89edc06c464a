"""Raised when opsbook cannot go on. What an author got wrong is a `Diagnostic`, never an exception.

* OpsbookError
  - NoProject        there is no project where one was looked for
  - CannotWrite      an output cannot be written without harming what is there
  - SiteRefused      the site engine finds fault with pages: findings, so exit code 1
  - UnknownName      a kind, rule or system named on the command line does not exist
  - UnfitFile        a file named on the command line is not what the command needs
  - CheckCrashed     names the check and the spec that it was reading: our bug
"""

from __future__ import annotations


class OpsbookError(Exception):
    """The command could not do its work. The text is written for the person who ran it."""

    exit_code = 2


class NoProject(OpsbookError):
    """There is no project where one was looked for."""


class CannotWrite(OpsbookError):
    """An output cannot be written without harming what is there."""


class SiteRefused(OpsbookError):
    """The site engine finds fault with pages, such as dead links, and no site is built."""

    exit_code = 1


class UnknownName(OpsbookError):
    """A kind, rule or system named on the command line does not exist."""


class UnfitFile(OpsbookError):
    """A file named on the command line is not what the command needs; the text says where, why, and the cure."""


class CheckCrashed(OpsbookError):
    """A check raised an exception: a bug of the check, reported with the spec that it was reading."""
