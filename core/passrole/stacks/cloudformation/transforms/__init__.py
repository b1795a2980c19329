"""What CloudFormation does to a template before it deploys it: includes, loops, SAM, macros.

Each transform takes the tree of a template and gives another, in which every node points at what
the author wrote. What cannot be followed is left as an ``OpenNode`` with the reason.
"""
