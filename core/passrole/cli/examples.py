"""What the help of each command ends with."""

EXAMPLES = """\
examples:
  passrole check .                        which permissions are missing, in which role
  passrole check --format sarif -o passrole.sarif infrastructure/
  passrole map pipeline.yaml              every action with what it needs and who grants it
  passrole policy .                       the least-privilege policy of each role
  passrole diff origin/main...HEAD        what a pull request changes in roles and findings
  passrole why iam:PassRole               what needs it, and which statements grant it
  passrole explain "Unable to use Connection"
                                          what an error text comes from, and what to add
"""
CHECK_EXAMPLES = """\
examples:
  passrole check .
  passrole check pipeline.yaml --parameters parameters.json --account 111122223333
  passrole check . --parameters dev.json --parameters common.json,prod.json
  passrole check . --select codebuild-start-build-missing --fail-on critical
  passrole check . --ruleset strict --show-unknown
  passrole check . --changed-since origin/main...   what this branch has an effect on
  passrole check . --format html -o report.html
  passrole check . --format sarif -o passrole.sarif --format text
  passrole check . --write-baseline             what is there now no longer counts with
  passrole check . --baseline passrole-baseline.json

exit codes:
  0  no finding at or above --fail-on
  1  findings at or above --fail-on
  2  usage or configuration error
  3  incomplete: a file or a rule could not be analysed (--allow-incomplete turns it into 0 or 1)
  130 and 143 where a signal ends it
"""
MAP_EXAMPLES = """\
examples:
  passrole map .
  passrole map . --format html -o map.html      a page for a browser: search, filters, statements
  passrole map . --format mermaid               a flowchart for a Markdown page
  passrole map . --format dot | dot -Tsvg > map.svg
"""
POLICY_EXAMPLES = """\
examples:
  passrole policy .                             every role, each statement with its reason
  passrole policy pipeline.yaml --role PipelineRole --format cloudformation
  passrole policy infrastructure/ --format terraform -o policies.tf
  passrole policy . --format json --include-disputed --account 111122223333
  passrole policy . --narrow                    the present policies, without what nothing needs

What only some source names is optional and left out, unless --include-disputed puts it in.

exit codes:
  0  the policies are written
  2  usage or configuration error, such as a role that is not there
  3  incomplete: a file could not be analysed (--allow-incomplete turns it into 0)
"""
DIFF_EXAMPLES = """\
examples:
  passrole diff main                      the work tree against the branch main
  passrole diff origin/main...HEAD        what a pull request changes
  passrole diff v1.2 v1.3 --path infrastructure
  passrole diff before/ after/            two folders; no git
  passrole diff origin/main...HEAD --format markdown -o comment.md --fail-on-gained

exit codes:
  0  no new finding at or above --fail-on
  1  new findings at or above --fail-on; with --fail-on-gained, permissions that nothing needs
  2  usage error: no such folder or revision, no repository, no git
  3  incomplete: a part of one side could not be read (--allow-incomplete turns it into 0 or 1)

A revision is read without its hooks, filters and configuration, and nothing is fetched.
"""
WHY_EXAMPLES = """\
examples:
  passrole why codebuild:StartBuild
  passrole why iam:PassRole --role PipelineRole infrastructure/
  passrole why 's3:Put*' --format json
"""

EXPLAIN_EXAMPLES = """\
examples:
  passrole explain codebuild-start-build-missing
  passrole explain codebuild:StartBuild
  passrole explain "User: … is not authorized to perform: iam:PassRole on resource: …"
  passrole explain "Unable to use Connection" infrastructure/     and where in the templates
  pbpaste | passrole explain - .                                  from standard input

A text is best given in quotes. Without a PATH no template is read.
"""
SIMULATE_EXAMPLES = """\
examples:
  passrole simulate --principal arn:aws:iam::111122223333:role/shop --action s3:GetObject \\
      --resource arn:aws:s3:::shop/prices --identity reader.json --context aws:SourceIp=192.0.2.7
  passrole simulate --cases cases.jsonl > answers.jsonl

The answer is Allowed, ImplicitlyDenied, ExplicitlyDenied or Unknown, with the statements that
decided it; the exit code is 0 whatever it is, and 2 for a case or a policy that cannot be read.
"""
NEW_PLUGIN_EXAMPLES = """\
examples:
  passrole new-plugin acme                writes the folder passrole-acme
  passrole new-plugin acme-deploy --into ../plugins
"""
CONFIG_EXAMPLES = """\
examples:
  passrole config                          the settings for the current folder
  passrole config services/shop --rules    every rule, and who says how severe it is
  passrole config --schema > passrole.schema.json
"""
COMPLETION_EXAMPLES = """\
examples:
  eval "$(passrole completion bash)"       in ~/.bashrc
  eval "$(passrole completion zsh)"        in ~/.zshrc, after compinit
  passrole completion fish > ~/.config/fish/completions/passrole.fish
"""
