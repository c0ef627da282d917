"""Base classes and helpers that all screens share."""
