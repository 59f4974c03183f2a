"""The city brain: sensing, signal control, incidents, priority, KPIs, replay."""
