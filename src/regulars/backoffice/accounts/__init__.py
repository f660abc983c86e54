"""Who works here, what each role may see and do, and who looked at whose personal data."""
