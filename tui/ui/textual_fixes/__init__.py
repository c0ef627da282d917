"""Workarounds for Textual: all patches and all uses of its private names, a file for each.

Each file names the issue at Textual, and the version in which the fault was seen last. A test in
tests/ui/test_textual_fixes.py shows each fault in plain Textual: it fails once the file can go.
"""
