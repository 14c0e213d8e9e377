"""From a bank's statement to sorted bookings: load lines, keep the queue, sort it, undo a whole import.

``load`` puts lines into the books against suspense; ``coverage`` says which days of an account no
statement covers; ``queue`` lists what nobody has sorted; ``assign`` sorts one line, ``attribution``
and ``suggest`` propose, ``payers`` asks who pays from abroad, ``sheet`` does it in a spreadsheet (``workbook``
is the door of all that people fill in); ``plainsheet`` takes over what was kept before there were books;
``undo`` takes a whole import back.
"""
