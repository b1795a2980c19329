"""AppConfig: deployments of configuration."""
