"""Errors of the edge runtime, which stands alone and therefore has a root of its own."""

__all__ = ["EdgeError", "ModelError", "PackageError"]


class EdgeError(Exception):
    """Root of every error that the edge runtime raises on purpose."""


class PackageError(EdgeError, ValueError):
    """A package that cannot be made, or is damaged; the message says file, part and problem."""


class ModelError(EdgeError, RuntimeError):
    """A model that does not load, does not fit its manifest, or does not reproduce its samples."""
