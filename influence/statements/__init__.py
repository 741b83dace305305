"""The catalogue of sentences: each template once, the functions that fill it, and the words for layers and lenses.

Pages get the templates as data (`catalogue.TEMPLATES`) and fill them with `static/statements.js`; figures, reports,
lessons and the terminal call the functions here.
"""
