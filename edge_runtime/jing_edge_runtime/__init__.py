"""Packages for edge chips and the small runtime that runs on them."""
