"""The shop's own rules, as those edit them who know its customers."""
