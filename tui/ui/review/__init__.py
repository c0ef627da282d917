"""What a write will change, before it is sent."""
