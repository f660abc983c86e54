"""From uploaded files to the lake, with the account of every row."""
