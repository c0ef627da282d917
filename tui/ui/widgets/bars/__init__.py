"""Header, status line, footer, pane borders and notes of a screen."""
