"""Grafana's dashboards, written in Python: `python -m tools.dashboards` makes the files that Grafana loads."""
