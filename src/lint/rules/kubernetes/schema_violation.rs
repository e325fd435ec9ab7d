//! `kubernetes/schema-violation`: an object that does not fit the schema of its kind.

use super::mend::mend;
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    kustomize::ProblemKind,
    lint::{Check, Report, Rule},
    manifest::sensitive,
    project::{File, Object, Project, Role},
    schema::{Catalogue, Fault, FaultKind, Schema, is_fraction, validate, value_to_json},
    yaml::{Content, Document, Node, Step, Stream, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/schema-violation",
    severity: Severity::Error,
    pedantic: false,
    summary: "an object does not fit the schema of its kind",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Project(check),
};

const DOCS: &str = "\
The API server refuses an object with a field that its kind does not have, without one that it must have, or with a value of the wrong type. The rule looks at every object as the
cluster gets it, after kustomize and Flux, and points at the place where the value was written; and at each `Chart.yaml`.

A CustomResourceDefinition in the repository, in a chart of it, below a folder that `crds` in `treewright.toml` names, or below one that `--crd-dir` names, wins over the schemas that
`treewright schema add` has kept, and these over the embedded ones. Its rules (`x-kubernetes-validations`) are evaluated, too. `kubernetes-version` chooses among the versions of Kubernetes.
What only an embedded schema of a custom resource does not know is a warning that says how old
the schema is, because the cluster may run something newer.

Left open are texts that Flux will substitute, encrypted values, `status`, and what is required of an object that is annotated as a part of another
(`kustomize.toolkit.fluxcd.io/ssa: Merge`). Quotes that are missing or too many are mended; so are, as an unsafe fix, a misspelt key and a
misspelt value where only a few are allowed.

## Bad

```yaml apps/release.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: podinfo
  namespace: default
spec:
  replica: 2
  selector:
    matchLabels:
      app: podinfo
  template:
    metadata:
      labels:
        app: podinfo
    spec:
      containers:
        - name: podinfo
          image: ghcr.io/stefanprodan/podinfo:6.9.0
```

## Good

```yaml apps/release.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: podinfo
  namespace: default
spec:
  replicas: 2
  selector:
    matchLabels:
      app: podinfo
  template:
    metadata:
      labels:
        app: podinfo
    spec:
      containers:
        - name: podinfo
          image: ghcr.io/stefanprodan/podinfo:6.9.0
```
";

/// What is wrong, before it is told.
struct Found {
    label: Label,
    object: Option<Label>,
    message: String,
    /// Why it need not be wrong.
    doubt: Option<String>,
    fix: Option<Fix>,
}

impl Found {
    /// What tells causes apart: a line that several overlays take in is one, though the items of their lists may be counted differently.
    fn cause(&self) -> (Label, String) {
        let mut in_brackets = false;
        let uncounted = self.message.chars().filter(|c| {
            in_brackets = *c == '[' || in_brackets && c.is_ascii_digit();
            !(in_brackets && c.is_ascii_digit())
        });
        (self.label.clone(), uncounted.collect())
    }
}

fn check(project: &Project, report: &mut Report<'_>) {
    let catalogue = project.schemas(None);
    let objects = project.objects().par_iter().flat_map_iter(|object| of_object(project, object));
    let charts = project.files().par_iter().filter(|file| file.path.file_name() == "Chart.yaml");
    let charts = charts.flat_map_iter(|file| of_chart(catalogue, file));
    let kustomizations = project.files().par_iter().filter(|file| file.role == Role::Kustomization);
    let kustomizations = kustomizations.flat_map_iter(|file| of_kustomization(project, catalogue, file));
    let mut found: Vec<Found> = objects.chain(charts).chain(kustomizations).collect();
    found.sort_by_cached_key(Found::cause);
    found.dedup_by_key(|one| one.cause());
    for (path, reason) in project.broken_schemas() {
        report.at(Label::file(path, ""), format!("this schema cannot be used: {reason}"));
    }
    for one in found {
        let finding = report.at(one.label, one.message).and(one.object).fix(one.fix);
        if let Some(doubt) = one.doubt {
            finding.severity(Severity::Warning).help(doubt);
        }
    }
}

fn of_object(project: &Project, object: &Object) -> Vec<Found> {
    let (id, catalogue) = (&object.id, project.schemas_of(object));
    // Another rule says so, and its schema is no measure.
    if project.removed_api(id).is_some() {
        return Vec::new();
    }
    if let Some(reason) = catalogue.fault(&id.group, &id.version, &id.kind) {
        return broken(project, object, reason).into_iter().collect();
    }
    let Some(schema) = catalogue.lookup(&id.group, &id.version, &id.kind) else { return Vec::new() };
    let json = value_to_json(&object.value);
    let place = |fault: Fault| {
        let place = Place::of(&object.value, &fault);
        let is_hidden = is_hidden(&fault, &json, schema);
        let label = place.label(project).map(|label| if is_hidden && !place.at_key { label.redacted() } else { label });
        let label = label.or_else(|| project.object_label(&object.value, ""));
        let label = label.unwrap_or_else(|| Label::file(&object.path, ""));
        let is_elsewhere = label.path != object.path;
        let named = project.object_label(&object.value, format!("{} {}", id.kind, id.name)).filter(|_| is_elsewhere);
        Found {
            object: named,
            doubt: doubt(&fault, schema),
            fix: mend(project, &fault, place.value),
            message: if is_hidden { fault.without_value().message } else { fault.message },
            label,
        }
    };
    let mut faults = schema.check(&json);
    let chosen = faults.iter().filter(|fault| matches!(fault.kind, FaultKind::Enum { .. }));
    let chosen: Vec<_> = chosen.map(|fault| fault.route.clone()).collect();
    // What has another type than all allowed values is told once, with these values.
    faults.retain(|fault| !matches!(fault.kind, FaultKind::Type { .. }) || !chosen.contains(&fault.route));
    faults.retain(|fault| !is_left_to_others(fault, &json) && !is_beyond(fault, object, schema));
    let is_missing = |fault: &Fault| matches!(fault.kind, FaultKind::Missing { .. });
    if faults.iter().any(is_missing) && (is_fraction(&json) || project.is_base(object) || is_part(project, object)) {
        faults.retain(|fault| !is_missing(fault));
    }
    faults.into_iter().map(place).collect()
}

/// Whether other rules look at it with more care: names and labels may be placeholders that a script fills. An object whose name the API server makes up needs none.
fn is_left_to_others(fault: &Fault, json: &Json) -> bool {
    let in_metadata = matches!(fault.route.steps().first(), Some(Step::Key(key)) if key == "metadata");
    in_metadata
        && match &fault.kind {
            FaultKind::Pattern => true,
            FaultKind::Missing { field } => field == "name" && json["metadata"].get("generateName").is_some(),
            _ => false,
        }
}

/// Whether a field is none of those that the schema was made to describe: beside `spec` and `status` the sources of such schemas say nothing, and `VolSync` has a
/// well-known fork with another mover.
fn is_beyond(fault: &Fault, object: &Object, schema: &Schema) -> bool {
    const FORKS: [(&str, &str); 1] = [("volsync.backube", "kopia")];
    let [before @ .., Step::Key(field)] = fault.route.steps() else { return false };
    matches!(fault.kind, FaultKind::UnknownField { .. })
        && schema.is_dated()
        && (before.is_empty() || FORKS.contains(&(object.id.group.as_str(), field.as_str())))
}

/// Whether an object is probably no whole one: nothing applies its file, and elsewhere is one of the same name. It is a patch that somebody else lays over that.
fn is_part(project: &Project, object: &Object) -> bool {
    let same = |other: &Object| {
        other.path != object.path
            && (&other.id.group, &other.id.kind, &other.id.name) == (&object.id.group, &object.id.kind, &object.id.name)
    };
    project.unit_of(object).is_none() && project.objects().iter().any(same)
}

/// A CustomResourceDefinition that cannot be used to check the objects of its kind.
fn broken(project: &Project, object: &Object, reason: &str) -> Option<Found> {
    let id = &object.id;
    let defines = |other: &&Object| {
        other.id.is("apiextensions.k8s.io", "CustomResourceDefinition")
            && other.value.pointer(&["spec", "group"]).and_then(Value::as_str) == Some(id.group.as_str())
            && other.value.pointer(&["spec", "names", "kind"]).and_then(Value::as_str) == Some(id.kind.as_str())
    };
    let definition = project.objects().iter().find(defines).unwrap_or(object);
    // Where its own schema says what is wrong with the definition, it says so at the very place.
    let schema =
        project.schemas_of(definition).lookup(&definition.id.group, &definition.id.version, &definition.id.kind);
    if schema.is_some_and(|schema| {
        schema.kind() != Some(id.kind.as_str()) && !schema.check(&value_to_json(&definition.value)).is_empty()
    }) {
        return None;
    }
    let message = format!("no {} can be checked: {reason}", id.kind);
    let label = project.object_label(&definition.value, "")?;
    Some(Found { label, object: None, message, doubt: None, fix: None })
}

fn of_chart(catalogue: &Catalogue, file: &File) -> Vec<Found> {
    let Some(root) = root(file) else { return Vec::new() };
    let version = root.get("apiVersion").and_then(Node::text).unwrap_or("v2");
    let schema = catalogue.lookup("helm.sh", version, "Chart").or_else(|| catalogue.lookup("helm.sh", "v2", "Chart"));
    schema.map_or_else(Vec::new, |schema| of_file(schema, file, root, Some("Helm ignores it")))
}

fn of_kustomization(project: &Project, catalogue: &Catalogue, file: &File) -> Vec<Found> {
    // What kustomize itself does not understand is reported by the build.
    let is_refused = project
        .build_problems()
        .iter()
        .any(|problem| problem.kind == ProblemKind::InvalidKustomization && problem.place.path == file.path);
    let Some(root) = root(file).filter(|_| !is_refused) else { return Vec::new() };
    let text = |key: &str| root.get(key).and_then(Node::text);
    let kind = text("kind").unwrap_or("Kustomization");
    let usual = if kind == "Component" { "v1alpha1" } else { "v1beta1" };
    let version = text("apiVersion").and_then(|version| version.rsplit('/').next()).unwrap_or(usual);
    let schema = catalogue.lookup("kustomize.config.k8s.io", version, kind);
    schema.map_or_else(Vec::new, |schema| of_file(schema, file, root, None))
}

fn root(file: &File) -> Option<Node<'_>> {
    file.stream().into_iter().flat_map(Stream::documents).map(Document::root).next()
}

/// A file that is no object: it is checked as it stands. `ignored` says what becomes of unknown fields, if they do no harm.
fn of_file(schema: &Schema, file: &File, root: Node<'_>, ignored: Option<&str>) -> Vec<Found> {
    let violations = validate(schema, root).into_iter();
    let found = |violation: crate::schema::Violation| Found {
        label: Label::new(&file.path, violation.span, ""),
        object: None,
        doubt: ignored.filter(|_| matches!(violation.kind, FaultKind::UnknownField { .. })).map(str::to_owned),
        message: violation.message,
        fix: None,
    };
    violations.map(found).collect()
}

/// How old the schema is, if something newer may know what it does not.
fn doubt(fault: &Fault, schema: &Schema) -> Option<String> {
    let only_unknown = matches!(fault.kind, FaultKind::UnknownField { .. } | FaultKind::Enum { .. });
    let source = schema.source().filter(|_| schema.is_dated() && only_unknown)?;
    Some(format!(
        "this is as of {source}; if the cluster runs something newer, `treewright schema add` takes its CustomResourceDefinition"
    ))
}

/// Whether the value that a fault is about may be a secret.
fn is_hidden(fault: &Fault, json: &Json, schema: &Schema) -> bool {
    let steps = fault.route.steps();
    if schema.kind() == Some("Secret")
        && matches!(steps, [Step::Key(field), ..] if field == "data" || field == "stringData")
    {
        return true;
    }
    let mut holder = json;
    for step in steps {
        let next = match step {
            Step::Key(key) => {
                // Of `name: DB_PASSWORD` and `value: …`, the name tells what the value is.
                let name = holder["name"].as_str().filter(|_| key == "value").unwrap_or(key);
                if sensitive::is_secret_key(name) {
                    return true;
                }
                holder.get(key.as_str())
            }
            Step::Index(index) => holder.get(index),
        };
        let Some(next) = next else { return false };
        holder = next;
    }
    false
}

/// Where a fault is written.
struct Place<'v> {
    value: &'v Value,
    /// Whether the key is to blame.
    at_key: bool,
}

impl<'v> Place<'v> {
    fn of(root: &'v Value, fault: &Fault) -> Self {
        let mut value = root;
        for step in fault.route.steps() {
            let next = match (step, &value.content) {
                (Step::Key(key), Content::Mapping(mapping)) => mapping.get(key.as_str()),
                (Step::Index(index), Content::Sequence(items)) => items.get(*index),
                _ => None,
            };
            let Some(next) = next else { break };
            value = next;
        }
        let is_key = matches!(fault.kind, FaultKind::UnknownField { .. } | FaultKind::Key | FaultKind::Missing { .. });
        Self { value, at_key: is_key || !matches!(value.content, Content::Scalar(_)) }
    }

    fn label(&self, project: &Project) -> Option<Label> {
        if self.at_key { project.key_label(self.value.origin, "") } else { project.label_at(self.value.origin, "") }
    }
}
