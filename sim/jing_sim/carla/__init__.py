"""CARLA without a GPU: a headless server that the official client talks to, and a world over any CARLA server."""
