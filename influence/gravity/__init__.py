"""How trade answers to a change of its costs, and what trade agreements have been worth.

>>> from influence.gravity import trade_response
"""

from __future__ import annotations

from influence.gravity.response import TradeResponse, trade_response

__all__ = ["TradeResponse", "trade_response"]
