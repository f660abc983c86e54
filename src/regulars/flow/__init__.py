"""The named steps of the loop, in order: open a shop, refresh what is known, let the demo live."""
