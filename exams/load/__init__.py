"""Invented students who sit a test over real HTTP, in real time: the load of a rehearsal. Knows the protocol and
nothing of the product: no Django, no model. What was acknowledged is written down and compared afterwards by SQL of its
own."""
