"""Health of one namespace or of all: what is read for it, and what is known without reading."""
