"""Workarounds for faults of Textual, each in its own file.

Only these files patch Textual or use its private names. A test in tests/ui/test_textual_fixes.py fails as
soon as Textual has mended a fault, and names the file to remove.
"""
