"""The storyboard: the standard's state machine, the loop of the engine, and what a run leaves."""
