"""Tools for who works on this project."""
