"""The words of selling: money, catalogue, cart, stock, checkout, orders. Pure: storage and payments stay outside."""
