//! `repo/unused-baseline`: an entry of the baseline that no finding has any more.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/unused-baseline",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the baseline lists a finding that is gone",
    docs: DOCS,
    fix: None,
    check: Check::Engine,
};

const DOCS: &str = "\
The finding was mended, or what it was about was removed. Left in the baseline, its entry would hide the same fault when it comes back. `treewright lint --write-baseline` writes the file
anew. An entry of a rule that is not run, because others were selected, is not reported.

## Bad

```toml treewright.toml
[lint]
baseline = \"baseline.json\"
```

```json baseline.json
{
  \"version\": 1,
  \"findings\": [
    {
      \"path\": \"settings.yaml\",
      \"rule\": \"yaml/duplicate-key\",
      \"message\": \"the key `a` stands twice in this mapping\",
      \"fingerprint\": \"50f3af0d7ccf82363bb8daf59f302873\"
    }
  ]
}
```

```yaml settings.yaml
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
