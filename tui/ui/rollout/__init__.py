"""Screen that proposes restarts of workloads, and follows them once they are sent."""
