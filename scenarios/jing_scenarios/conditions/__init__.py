"""Conditions of triggers: each element becomes a closure over the engine's columns."""
