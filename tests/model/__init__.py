"""What a Secret is, tested without a screen, a network or a clock."""
