"""Screens of readers, of their inputs (variables and files), and of subjects that may read Secrets."""
