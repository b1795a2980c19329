"""CloudFormation templates: intrinsic functions, conditions, parameters, names of resources."""
