"""What a request asks for: read, write, delete, watch, review; and its options."""
