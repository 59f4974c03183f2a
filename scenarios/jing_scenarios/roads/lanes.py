"""How lanes of different entities lie to each other."""
