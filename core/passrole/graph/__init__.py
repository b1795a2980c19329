"""Needs and grants as a graph, and the questions that rules may ask of it.

The only room that knows networkx.
"""
