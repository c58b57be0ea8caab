"""How the tables have changed: one file a change, never edited once landed."""
