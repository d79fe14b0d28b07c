"""The words that matter in a message: things, colours, sizes, amounts, numbers, names, places, days.

`extractor` is the Rasa component. It cuts a message into pieces (`engine.nlu.tokens`), describes each (`features`) with
what words stand for (`vocabulary`), which known names they are part of (`gazetteer`) and which forms (`patterns`),
lets a conditional random field label them (`tagger`), and says what a labelled span means (`values`).
"""
