"""The embedded server: requests off the wire, routes, faults."""
