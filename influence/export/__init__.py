"""What leaves the house: tables, graph files, maps and the manifest that says how they were made."""
