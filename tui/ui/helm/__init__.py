"""Screens of Helm releases, and of the revisions of one release."""
