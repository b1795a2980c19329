"""EKS: deployments to Kubernetes clusters."""
