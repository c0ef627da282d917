"""Screens that review drafts, conflicts, comparisons, and deletions."""
