//! `secret/not-base64`: a value in the data of a Secret is not base64.

use base64::{
    Engine as _, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use smol_str::SmolStr;

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/not-base64",
    severity: Severity::Error,
    pedantic: false,
    summary: "a value in the data of a Secret is not base64",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`data` of a Secret holds base64; the API server refuses anything else, and nothing of the object is applied. What is written as it is belongs into `stringData`.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  host: hub.example.org
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
stringData:
  host: ${HOST}
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Secret") {
        return;
    }
    let Some(data) = object.value.get("data") else { return };
    let is_wrong = |value: &Value| {
        let text = value.as_scalar().filter(|_| !value.is_null()).map(|scalar| scalar.text.as_str());
        text.is_some_and(|text| !is_placeholder(text) && !is_base64(text))
    };
    let entries: Vec<(&SmolStr, &Value)> = data.as_mapping().into_iter().flatten().collect();
    let is_all = entries.iter().all(|(_, value)| is_wrong(value)) && object.value.get("stringData").is_none();
    for (key, value) in entries.iter().filter(|(_, value)| is_wrong(value)) {
        let Some(label) = project.label(value, "").map(Label::redacted) else { continue };
        let fix = is_all
            .then(|| project.edit(data.origin, |document, route| document.rename_key(route, "stringData")))
            .flatten();
        let title = "write `stringData` for `data`".to_owned();
        report
            .at(label, format!("`{key}` of Secret `{}` is not base64", object.id.name))
            .help("encode the value, or move it to `stringData`")
            .fix(fix.map(|changes| Fix { title, safety: Safety::Safe, changes }));
    }
}

/// Whether Go reads a text as base64: line breaks are skipped, and bits that are left over at the end do not count.
fn is_base64(text: &str) -> bool {
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let digits: String = text.split_whitespace().collect();
    GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(digits).is_ok()
}
