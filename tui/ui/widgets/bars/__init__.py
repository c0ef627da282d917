"""The frame of a screen: header, status line, footer, pane borders and notes."""
