"""As where only requirements.txt is installed."""

raise ImportError("It is not installed in production.")
