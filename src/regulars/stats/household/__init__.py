"""What a household is like, as far as its purchases and its own words tell."""
