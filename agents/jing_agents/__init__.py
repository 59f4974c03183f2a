"""Environments, planners, policies and their training; interfaces for AV stacks."""
