"""Worlds: traffic and driving; their recording; running many of them on Ray."""

__all__: list[str] = []
