//! `kubernetes/object-too-large`: an object that the API server does not take because of its size.

use std::fmt::Display;

use base64::Engine as _;

use crate::{
    argo::Application,
    cluster::UnitKind,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    schema::value_to_json,
    yaml::{Type, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/object-too-large",
    severity: Severity::Error,
    pedantic: false,
    summary: "the API server refuses an object because of its size",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The data of a ConfigMap or a Secret may take one mebibyte, and the annotations of an object 262,144 bytes. Argo CD writes all of an object into an annotation when it applies it, so that an object that takes
more than these 262,144 bytes as JSON can only be applied with `ServerSideApply=true`, in the Application or in the annotation `argocd.argoproj.io/sync-options` of the object; definitions of kinds and dashboards are known for it. Flux applies on
the server's side.

## Bad

```yaml apps/dashboard.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: dashboard
  namespace: default
  annotations:
    part-0: &part >-
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard
    part-1: *part
    part-2: *part
    part-3: *part
    part-4: *part
    part-5: *part
    part-6: *part
    part-7: *part
    part-8: *part
    part-9: *part
    part-10: *part
    part-11: *part
    part-12: *part
    part-13: *part
    part-14: *part
    part-15: *part
    part-16: *part
    part-17: *part
    part-18: *part
    part-19: *part
    part-20: *part
    part-21: *part
    part-22: *part
    part-23: *part
    part-24: *part
    part-25: *part
    part-26: *part
    part-27: *part
    part-28: *part
    part-29: *part
    part-30: *part
    part-31: *part
    part-32: *part
    part-33: *part
data:
  colour: blue
```

## Good

```yaml apps/dashboard.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: dashboard
  namespace: default
  annotations:
    part-0: &part >-
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard dashboard
      dashboard dashboard
    part-1: *part
data:
  colour: blue
```
";

/// How much data a ConfigMap or a Secret may hold: `MaxSecretSize` in Kubernetes.
const MOST_DATA: usize = 1024 * 1024;

/// How much all annotations of an object may take, keys included: `TotalAnnotationSizeLimitB` in Kubernetes.
const MOST_ANNOTATIONS: usize = 256 * 1024;

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let held = ["ConfigMap", "Secret"].iter().any(|kind| object.id.is("", kind));
    if held && data(&object.value) > MOST_DATA {
        let help = "a mebibyte is the most; leave out what nobody reads, or let a volume or an image hold it";
        return tell(project, object, report, "holds", data(&object.value), help);
    }
    let annotations = annotations(&object.value);
    if annotations > MOST_ANNOTATIONS {
        let help = format!("all annotations together may take {MOST_ANNOTATIONS} bytes");
        return tell(project, object, report, "has annotations of", annotations, help);
    }
    // Text is longer as JSON, never shorter by much: what is far below the limit need not be written out.
    if object.value.weight() * 64 < MOST_ANNOTATIONS / 8 || !is_written_into_annotation(project, object) {
        return;
    }
    let json = value_to_json(&object.value).to_string().len();
    if json > MOST_ANNOTATIONS {
        let help = format!(
            "Argo CD writes the object into an annotation, and {MOST_ANNOTATIONS} bytes are the most; apply it with the sync option `ServerSideApply=true`"
        );
        tell(project, object, report, "takes", json, help);
    }
}

fn tell(project: &Project, object: &Object, report: &mut Report<'_>, does: &str, bytes: usize, help: impl Display) {
    let Some(label) = project.object_label(&object.value, "too large") else { return };
    report.at(label, format!("{} {does} {bytes} bytes, and is refused", object.id)).help(help.to_string());
}

/// How much data an object holds, as the API server counts it: values without their keys, and what is encoded as it is when decoded.
fn data(object: &Value) -> usize {
    let field = |name: &str| object.get(name).and_then(Value::as_mapping);
    let is_secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
    let strings = field("stringData");
    let plain = |value: &Value| value.as_scalar().map_or(0, |scalar| scalar.text.len());
    let decoded = |value: &Value| {
        let text = value.as_scalar().map_or("", |scalar| scalar.text.as_str());
        base64::engine::general_purpose::STANDARD.decode(text).map_or(0, |bytes| bytes.len())
    };
    let own = field("data").into_iter().flatten().filter(|(key, _)| !strings.is_some_and(|all| all.contains_key(*key)));
    let own: usize = own.map(|(_, value)| if is_secret { decoded(value) } else { plain(value) }).sum();
    let binary: usize = field("binaryData").into_iter().flatten().map(|(_, value)| decoded(value)).sum();
    own + binary + strings.into_iter().flatten().map(|(_, value)| plain(value)).sum::<usize>()
}

/// How much the annotations of an object take.
fn annotations(object: &Value) -> usize {
    let all = object.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    let texts = all.into_iter().flatten().filter_map(|(key, value)| Some((key, value.as_scalar()?)));
    texts.filter(|(_, value)| value.kind == Type::String).map(|(key, value)| key.len() + value.text.len()).sum()
}

/// Whether the object surely is applied in such a way that all of it is written into an annotation.
fn is_written_into_annotation(project: &Project, object: &Object) -> bool {
    let unit = project.unit_of(object).filter(|unit| unit.kind == UnitKind::Argo);
    let Some((unit, declared)) = unit.and_then(|unit| Some((unit, unit.declared.as_ref()?))) else { return false };
    let is_meant = |one: &&Object| one.id == *declared && one.origin() == unit.origin;
    let application = project.objects().iter().find(is_meant);
    let Some(application) = application.and_then(|one| Application::of(&one.id, &one.value)) else { return false };
    let own = object.value.pointer(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]);
    let own = own.and_then(Value::as_str).unwrap_or_default();
    let has = |option: &str| own.split(',').any(|one| one.trim() == option);
    let policy = application.sync_policy;
    let is_replaced = policy.option("Replace") == Some("true") || has("Replace=true") || has("Force=true,Replace=true");
    let is_server_side = policy.applies_server_side() && !has("ServerSideApply=false") || has("ServerSideApply=true");
    !is_replaced && !is_server_side
}
