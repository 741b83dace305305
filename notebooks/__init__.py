"""The notebooks, kept as text (jupytext's percent format); `make notebooks` runs them into outputs/notebooks/."""
