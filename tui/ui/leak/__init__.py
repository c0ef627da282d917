"""Screen of a leaked token: every place that holds the token, and the next step for each place."""
