"""The command `jingsim`: parse, call, print."""
