"""The words of the domain, free of any file format: roles, pipelines, actions, needs."""
