"""Walks through stores as sensors see them: visits, stays in zones, and what goes with them."""
