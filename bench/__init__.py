"""What it costs, as ratios anyone can repeat: see README.md."""
