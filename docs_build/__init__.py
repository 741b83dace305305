"""How docs/ becomes a site that opens from a folder: `python -m docs_build`."""
