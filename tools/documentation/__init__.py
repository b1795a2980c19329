"""The documentation as static pages: written pages of docs/, and pages made of the code."""
