"""Workarounds for faults of Textual, one file each.

Only these files patch Textual or use its private names. A test in tests/ui/test_textual_fixes.py fails once a
file can be removed.
"""
