"""Actions: what events make entities, signals, traffic and the world do."""
