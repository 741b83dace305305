"""What the package writes: tables, graph files, pages, figures, reports, and the manifest that records how.

Modules that compute rows and text for a page (`*_data`, `*_arrays`, `report_*`) write nothing; those that write
(`atlas`, `network_map`, `compare_page`, `figure_files`, `report`, `tables`, `workbook`) compute nothing.
"""
