"""What the page calls the values of fields."""

from __future__ import annotations

from opsbook.labels import N_

METRIC_TYPES = {
    "counter": N_("counter"),
    "gauge": N_("gauge"),
    "histogram": N_("histogram"),
    "summary": N_("summary"),
}
"""The types of metrics, in the order of the model."""

PANEL_TYPES = {
    "timeseries": N_("time series"),
    "stat": N_("one figure"),
    "gauge": N_("dial"),
    "table": N_("table"),
    "barchart": N_("bars"),
    "heatmap": N_("heat map"),
}
"""How panels are drawn."""

MEANS = {
    "webhook": N_("webhook"),
    "email": N_("e-mail"),
    "slack": "Slack",
    "pagerduty": "PagerDuty",
}
"""By what means a role is called."""
