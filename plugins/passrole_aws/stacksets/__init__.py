"""CloudFormation StackSets: stacks in many accounts and Regions."""
