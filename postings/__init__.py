"""What a posting is, which solutions it serves, and where it is kept."""
