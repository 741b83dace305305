"""The panel: built from public sources, loaded checked."""
