"""The overview, and one page for every analysis that has a figure."""
