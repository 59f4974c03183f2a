"""How near our traffic engine comes to SUMO: both run on one net file with the same trips, and are measured alike."""
