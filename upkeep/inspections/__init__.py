"""The yearly inspection of a system (clause INSPECT): its rules. Pure."""
