"""Who drives: built-in drivers, drivers of users, and how they are asked."""
