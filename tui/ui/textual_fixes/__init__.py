"""Workarounds for faults of Textual, a file for each. Only these files patch it or use its private names.

Each file names Textual's issue, and the last version in which the fault was seen. For each fault,
tests/ui/test_textual_fixes.py has a test in plain Textual. The test fails once the file can be removed.
"""
