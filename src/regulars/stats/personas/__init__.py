"""What customers go for when they buy: axes, clusters of customers alike, and their names.

``axes``       what is summed per customer, in the engine
``levels``     from the sums to each customer's lean, as far as it is believed
``clusters``   how many kinds there are, and who belongs to which
``naming``     what the kinds are called
``model``      all of it in order
"""
