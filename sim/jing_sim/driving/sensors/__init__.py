"""Sensors by ray casting on the processor: what they measure, in the sensor's own frame (x forward, y left, z up)."""
