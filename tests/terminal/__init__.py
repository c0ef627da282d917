"""Tests of the code around the terminal: its checks, the crash guard, the clipboard and files."""
