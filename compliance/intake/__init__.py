"""From a bank's statement to sorted bookings: load lines, keep the queue, sort it, undo a whole import.

``load`` puts lines into the books against suspense; ``coverage`` says which days of an account no
statement covers; ``queue`` lists what nobody has sorted; ``assign`` sorts one line, ``attribution``
proposes, ``sheet`` does it in a spreadsheet; ``undo`` takes a whole import back.
"""
