"""The engine that places boxes and arrows: ELK, as merman brings it.

merman is asked for positions alone. Its own SVG weighs a hundred times what a diagram needs and lets some texts
overflow; positions of boxes whose sizes we tell it are exact (docs/decisions/0015).
"""

from __future__ import annotations

import json
from functools import cache

from merman import (
    MermanEngine,
    MermanEngineServices,
    MermanTextMeasurementResultKind,
    MermanTextMeasurer,
    MermanTextMeasureRequest,
    MermanTextMeasureResult,
)

from opsbook.diagrams.geometry import Size


def _options(strategy: str) -> str:
    """The settings of merman.

    Edges never run through boxes with any of ELK's strategies but `LINEAR_SEGMENTS`. HTML labels are measured once,
    others three times, and that costs more than ELK takes for a small graph.
    """
    return json.dumps(
        {
            # Whoever asks for a picture has seen to it that it is not too large to be of use.
            "resources": {"profile": "unbounded-for-trusted-input"},
            "site_config": {
                "layout": "elk",
                "htmlLabels": True,
                "elk": {"nodePlacementStrategy": strategy},
                "flowchart": {"htmlLabels": True, "padding": 0, "wrappingWidth": 5000, "minNodeWidth": 0},
            },
        }
    )


class Sizes(MermanTextMeasurer):
    """Tells merman the sizes of labels and titles, by the text that each is given for the purpose."""

    def __init__(self) -> None:
        self.known: dict[str, Size] = {}
        """The size that goes with a label."""

    def measure(self, request: MermanTextMeasureRequest) -> MermanTextMeasureResult:
        """The size that was asked for; texts of merman's own have none."""
        size = self.known.get(request.text, Size(0, 0))
        return MermanTextMeasureResult(
            result_kind=MermanTextMeasurementResultKind.METRICS,
            width=size.width,
            height=size.height,
            length=0,
            line_count=1,
            bbox_left=None,
            bbox_right=None,
            raw_width=None,
        )


@cache
def engine(strategy: str) -> tuple[MermanEngine, Sizes]:
    """An engine with its settings: read with every diagram, these would cost as much as a small one."""
    sizes = Sizes()
    return MermanEngine(_options(strategy), MermanEngineServices().with_text_measurer(sizes)), sizes
