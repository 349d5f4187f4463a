"""Summarizers: a transcript in; summary, key points, decisions and action items with evidence out."""
