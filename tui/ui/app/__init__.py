"""The app, with driver, suspend, auto-hide and clipboard."""
