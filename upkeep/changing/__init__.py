"""Making changes of programming: what they hold sealed, and carrying out their steps."""
