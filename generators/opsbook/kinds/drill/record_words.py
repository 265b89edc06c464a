"""What the fields of a drill's record are called on its form."""

from __future__ import annotations

from opsbook.kinds.drill.terms import MOMENT
from opsbook.labels import N_

RESULT = {"passed": N_("Passed"), "failed": N_("Failed")}
"""What came of a drill."""

OUTCOME = {
    "passed": N_("As it should"),
    "led-on": N_("Otherwise, and the runbook says how to go on"),
    "failed": N_("Failed"),
    "left-to-people": N_("Left to people"),
    "not-run": N_("Not reached"),
}
"""What came of a step."""

STATUS = {
    "open": N_("Not begun"),
    "in_progress": N_("In progress"),
    "done": N_("Done"),
    "refused": N_("Refused"),
}
"""How far an action is."""

FIELDS = {
    "id": N_("Id"),
    "title": N_("Title"),
    "owner": N_("Owner"),
    "environment": N_("Environment"),
    "result": N_("Result"),
    "failures": N_("Why it failed"),
    "times": N_("Times"),
    **{f"times.{name}": label for name, label in MOMENT.items()},
    "data": N_("Loss of data"),
    "data.written": N_("Records written before the fault"),
    "data.left": N_("Records found after the recovery"),
    "data.seconds": N_("Seconds before the fault of which records are lost"),
    "steps": N_("Steps"),
    "steps.step": N_("Step"),
    "steps.outcome": N_("What came of it"),
    "steps.seconds": N_("Seconds"),
    "steps.note": N_("What was not as expected"),
    "answers": N_("Questions"),
    "answers.question": N_("Question"),
    "answers.answer": N_("What people said"),
    "participants": N_("Who took part"),
    "deviations": N_("Where people did something else than the runbook says, and why"),
    "notes": N_("Notes"),
    "actions": N_("Actions"),
    "actions.id": N_("Id"),
    "actions.title": N_("What changes"),
    "actions.owner": N_("Owner"),
    "actions.due": N_("Due"),
    "actions.status": N_("Status"),
    "actions.ticket": N_("Ticket"),
    "sign_off": N_("Sign-off"),
    "sign_off.role": N_("Role"),
    "sign_off.day": N_("Day"),
    **{f"result={value}": label for value, label in RESULT.items()},
    **{f"steps.outcome={value}": label for value, label in OUTCOME.items()},
    **{f"actions.status={value}": label for value, label in STATUS.items()},
}
"""What the fields of a record are called, and the choices of those that offer some."""

HELP = {
    "times.verified": N_("Checked as the runbook says."),
    "failures": N_("A target that was missed, a step that did not work, something that nobody noticed."),
    "data": N_("Counted, not taken from what backups are configured to do."),
    "steps": N_("Each step of the runbook in its order. Remove what the drill has nothing to do with."),
    "deviations": N_("These are what the next version of the runbook is made of."),
    "actions": N_("What the drill showed should be better."),
    "sign_off": N_("Who has read this record and agrees with it. It can be added to the file later."),
}
"""What belongs into a field, for somebody who records their first drill."""

HELP_AT_A_TABLE = {
    "times.fault": N_("When the situation was told."),
    "times.verified": N_("When all agreed that it is over."),
}
"""What belongs into a field where nothing is broken, and people talk."""

NEEDS = ("id", "title", "owner", "result", "times.fault", "participants")
"""What the record of a drill that people play needs in any case."""

NEEDS_BY_RESULT = {"passed": ("times.verified",), "failed": ("failures",)}
"""What it needs beside that, by its result; at a table, where nothing recovers, nobody has to verify it."""
