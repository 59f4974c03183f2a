"""Trajectories of OpenSCENARIO: polylines, clothoids, clothoid splines and NURBS, by distance and by time."""

from jing_scenarios.trajectories.trajectory import PathPoint, Trajectory

__all__ = ["PathPoint", "Trajectory"]
