"""Numbers in, numbers out: small statistical functions, each file citing its source."""
