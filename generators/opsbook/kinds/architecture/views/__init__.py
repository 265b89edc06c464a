"""The views of an architecture: each a question that one model answers, with a picture, tables and weaknesses.

From the model to a page, each step knows the one before it:

* `Landscape` is the model, indexed; `Seen` is it within its project, and what rules about weaknesses are given.
* `Told` is a weakness with the waiver that covers it, if any.
* `Survey` is what all pages of the model look up; `Scene` is that as one page sees it, with the page's printer.
* `ViewType` is a kind of view, `Topic` what one of it is about, `Entry` the two together: a view that the model has.
* `Sketch` is a picture before it is drawn, made of `Tie`s; `Piece` a part of one that is too large.
* `View` is what stands on a page, in `Section`s with pictures and `Table`s; `About` says which weaknesses belong to it.
"""
