"""The response of trade to a change of its costs, and the effect of trade agreements on trade.

>>> from influence.gravity import trade_response
"""

from __future__ import annotations

from influence.gravity.response import TradeResponse, trade_response

__all__ = ["TradeResponse", "trade_response"]
