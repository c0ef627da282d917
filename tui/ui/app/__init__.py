"""The app, and what concerns the whole terminal: driver, suspend, auto-hide, clipboard."""
