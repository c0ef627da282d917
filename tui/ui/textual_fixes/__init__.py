"""Workarounds for faults of Textual, one file each. Only these files patch Textual or use its private names.

Each file names Textual's issue if one is known, and the version in which the fault was seen. For each fault,
tests/ui/test_textual_fixes.py has a test in plain Textual. The test fails once the file can be removed.
"""
