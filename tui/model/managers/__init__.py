"""Controllers that manage a Secret: how they are detected, and how they treat an edit."""
