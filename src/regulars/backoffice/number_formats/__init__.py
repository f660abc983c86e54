"""How numbers are written, where Django's own habit for a language is not ours."""
