"""What manages a Secret, and what can be done there."""
