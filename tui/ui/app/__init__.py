"""Textual app with its terminal driver, clipboard and notifications. A mixin hides values on all screens."""
