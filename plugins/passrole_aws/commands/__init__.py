"""Commands: shell commands that CodePipeline runs by itself."""
