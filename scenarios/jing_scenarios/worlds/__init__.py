"""The worlds in which scenarios run: columns alone, bodies with dynamics and contacts, or a CARLA server."""
