"""The storyboard: the standard's state machine, the loop of the engine, and what a run leaves.

`run_scenario.run_scenario` is the way in; `options.RunOptions` says how, `run.ScenarioRun` is what comes out.
"""
