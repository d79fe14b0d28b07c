"""Intents: what a message wants, how sure that is, and whether it is anything that the bot was taught."""

from engine.nlu.intents.classifier import FusionIntentClassifier

__all__ = ["FusionIntentClassifier"]
