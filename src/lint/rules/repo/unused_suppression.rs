//! `repo/unused-suppression`: a comment that silences nothing.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/unused-suppression",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a comment silences a rule that finds nothing there",
    docs: DOCS,
    fix: None,
    check: Check::Engine,
};

const DOCS: &str = "\
What the comment was written for is gone, or was somewhere else. Left in place it would silence the next fault in that place, which nobody has looked at. A comment for a rule that is
not run, because others were selected, is not reported.

## Bad

```yaml settings.yaml
# treewright: ignore[yaml/duplicate-key] the second one wins
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
```

## Good

```yaml settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
```
";
