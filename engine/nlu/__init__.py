"""The understanding of words, as Rasa components. `config.yml` names them by dotted path; none knows the dialogue."""
