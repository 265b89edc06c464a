"""Today, which everything pure is told: the one place that looks at the clock."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from opsbook.errors import OpsbookError


def today() -> date:
    """The current day in UTC, or the day of `SOURCE_DATE_EPOCH`.

    See reproducible-builds.org/specs/source-date-epoch. Raises OpsbookError where that is no number.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise OpsbookError(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds") from error
