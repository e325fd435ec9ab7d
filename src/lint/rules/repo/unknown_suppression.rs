//! `repo/unknown-suppression`: a comment that would silence a rule that does not exist.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/unknown-suppression",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a comment names a rule that does not exist",
    docs: DOCS,
    fix: None,
    check: Check::Engine,
};

const DOCS: &str = "\
A comment `# treewright: ignore[rule] reason` silences a rule on its own line, on the next line if it stands alone, or in the whole file if it stands above all content. If no
rule has the name, the comment silences nothing, whatever its author believes. Several rules are written with commas between them.

## Bad

```yaml settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue # treewright: ignore[yaml/dupplicate-key] the second one wins
```

## Good

```yaml settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: green
  colour: blue # treewright: ignore[yaml/duplicate-key] the second one wins
```
";
