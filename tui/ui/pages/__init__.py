"""Screens of text: help, messages, the description of a Secret, rights and contexts; and finding words."""
