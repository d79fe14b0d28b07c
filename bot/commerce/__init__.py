"""The words of selling: money, catalogue, cart, stock, checkout, orders. Pure: storage and payments come in by interfaces."""
