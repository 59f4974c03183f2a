"""What CARLA's documentation says of its Python API, as checks that any server can be put to."""
