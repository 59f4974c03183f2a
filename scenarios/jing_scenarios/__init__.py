"""Scenarios, criteria, metrics, sweeps, suites and reports."""
