"""A leaked token: every place that holds it, and what to do with each."""
