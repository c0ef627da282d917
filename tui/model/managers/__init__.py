"""Controllers that manage a Secret: how one is detected, and what it does to an edit."""
