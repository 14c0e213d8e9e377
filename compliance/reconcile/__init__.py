"""Other programs' books beside ours: 1C account cards and trial balances, Tally day books. Read, compared, never posted.

``read`` turns a file into ``Theirs``; ``words`` says what its accounts and analytics mean here;
``compare`` gives "theirs minus ours, by account and month" and the lines on either side behind it.
"""
