"""How customers buy until they stop: the buy-till-you-die models and the spend per order."""
