"""The programme in words, in English, Russian and Greek: rules, conditions, explanations, terms."""
