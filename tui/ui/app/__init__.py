"""The App and what belongs to the whole terminal: driver, suspend, auto-hide, clipboard."""
