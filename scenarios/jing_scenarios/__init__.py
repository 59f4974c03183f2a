"""Scenarios, criteria, metrics, sweeps, suites and reports."""

__all__: list[str] = []
