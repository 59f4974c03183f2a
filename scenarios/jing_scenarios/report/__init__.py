"""Reports of sweeps and suites: the result table, the page, JUnit, evidence, and what changed against another run."""
