"""Who resembles the people on a list, and how well that finds those of them who were hidden.

seed_lists   a list as a file or a sequence of ids
ranking      positive-unlabelled ranking: many small models of the list against some of the rest
hiding       part of the list hidden, and how much sooner it is found than at random or by RFM
shares       what customers spend on the shop's largest categories; lazy
"""
