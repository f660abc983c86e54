"""From an opportunity to a campaign, its messages, and what they earned."""
