"""Screen that proposes and follows restarts of workloads."""
