"""Labels on publications: composing the words, stamping them, and measuring what a file really carries.

`compose` fills the words; each medium (text, markdown, html, pdf, image) is one module with ``stamp``
and ``detect`` side by side, found by `door`. Nothing here knows a database, a law or a clock: a
`model.Label` says which words and which requirements, and comes from the rules.
"""
