"""Campaigns: many worlds as Ray tasks, each result committed exactly once, whatever dies on the way.

`jing_sim.cluster.campaign` runs them (and imports ray); jobs and their result store need no Ray.
"""

from jing_sim.cluster.job import CampaignError, Job
from jing_sim.cluster.results import ResultStore

__all__ = ["CampaignError", "Job", "ResultStore"]
