"""The transform AWS::Serverless-2016-10-31: what SAM's resources become, as far as IAM cares.

Roles and their policies, the resources that other resources refer to, and the properties that a
plugin may read become what SAM makes of them. What is left out says nothing to anybody: API
definitions, permissions that let a service invoke a function, versions of code.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
and what the package aws-sam-translator gives for the same templates (``tests`` compare).
"""
