"""The shop's health: background tasks with their progress, data quality, the system."""
