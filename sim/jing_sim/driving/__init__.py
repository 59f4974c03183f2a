"""Free-moving actors: vehicle dynamics, contact, the ground below them, and the sensors that see them."""
