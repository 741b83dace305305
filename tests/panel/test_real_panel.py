"""The bundled panel against published figures, and the design's identities on real data."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from influence.metrics.pull import coverage, direct_pull, pull_balance
from influence.panel.package import KEYS
from influence.panel.panel import PANEL_TABLES, load_panel, panel_from_tables, read_panel_table
from influence.schema import FLAG_NAMES, SERIES_NAMES_OF_TABLE if False else FLAGS
