"""Suites that come with the platform, one folder each, and the reference drivers that label their cases."""
