"""Whether an attribution means anything."""
