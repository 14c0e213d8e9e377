"""Reporting, labelling and proof for organisations under foreign-agent and foreign-funding laws."""

__version__ = "0.1.0"
