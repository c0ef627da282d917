"""What guards the promises."""
