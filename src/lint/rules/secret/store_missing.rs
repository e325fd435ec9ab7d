//! `secret/store-missing`: an ExternalSecret or `PushSecret` uses a store that the repository does not declare.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::{ObjectId, sensitive::is_placeholder},
    project::{Object, Project},
    text::nearest,
    yaml::{Content, Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "an ExternalSecret or PushSecret uses a store that the repository does not declare",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Project(check),
};

const DOCS: &str = "\
No Secret is made until the store is there. A `SecretStore` must be in the namespace of the ExternalSecret; a `ClusterSecretStore` is in none, but its kind must be written,
because a reference without kind means a `SecretStore`. Generators are looked up in the same way.

A repository that declares no store at all keeps them elsewhere: nothing is reported there.

## Bad

```yaml apps/database.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: notebooks
spec:
  provider:
    vault:
      server: https://vault.example.org
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: database
  namespace: notebooks
spec:
  secretStoreRef:
    kind: SecretStore
    name: valt
  data:
    - secretKey: password
      remoteRef:
        key: database
        property: password
```

## Good

```yaml apps/database.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: notebooks
spec:
  provider:
    vault:
      server: https://vault.example.org
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: database
  namespace: notebooks
spec:
  secretStoreRef:
    kind: SecretStore
    name: vault
  data:
    - secretKey: password
      remoteRef:
        key: database
        property: password
```
";

const GROUP: &str = "external-secrets.io";
const GENERATORS: &str = "generators.external-secrets.io";

/// What a reference can lead to: everything of one group, by kind and name.
#[derive(Default)]
struct Declared<'p> {
    by_kind: BTreeMap<SmolStr, Vec<(ObjectId, &'p Object)>>,
}

/// A reference with the kind it has, or has by default.
struct StoreRef<'p> {
    value: &'p Value,
    name: &'p Value,
    kind: SmolStr,
    kind_is_written: bool,
}

fn check(project: &Project, report: &mut Report<'_>) {
    let stores = Declared::of(project, GROUP, |kind| matches!(kind, "SecretStore" | "ClusterSecretStore"));
    let generators = Declared::of(project, GENERATORS, |_| true);
    for object in project.objects() {
        for reference in references(object).into_iter().filter_map(|value| StoreRef::of(value, "SecretStore")) {
            stores.look_up(project, object, &reference, report);
        }
        for reference in generator_references(object).into_iter().filter_map(|value| StoreRef::of(value, "")) {
            generators.look_up(project, object, &reference, report);
        }
    }
}

/// The specification of an ExternalSecret, also of one inside of a ClusterExternalSecret.
fn specification(object: &Object) -> Option<&Value> {
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        (GROUP, "ExternalSecret" | "PushSecret") => object.value.get("spec"),
        (GROUP, "ClusterExternalSecret") => object.value.pointer(&["spec", "externalSecretSpec"]),
        (GROUP, "ClusterPushSecret") => object.value.pointer(&["spec", "pushSecretSpec"]),
        _ => None,
    }
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_sequence).unwrap_or_default()
}

fn references(object: &Object) -> Vec<&Value> {
    let Some(spec) = specification(object) else { return Vec::new() };
    let mut found: Vec<&Value> = spec.get("secretStoreRef").into_iter().chain(items(spec, "secretStoreRefs")).collect();
    let entries = items(spec, "data").iter().chain(items(spec, "dataFrom"));
    found.extend(entries.filter_map(|entry| entry.pointer(&["sourceRef", "storeRef"])));
    found
}

fn generator_references(object: &Object) -> Vec<&Value> {
    let Some(spec) = specification(object) else { return Vec::new() };
    let entries = items(spec, "data").iter().chain(items(spec, "dataFrom"));
    entries.filter_map(|entry| entry.pointer(&["sourceRef", "generatorRef"])).collect()
}

impl<'p> StoreRef<'p> {
    fn of(value: &'p Value, default_kind: &str) -> Option<Self> {
        let name = value.get("name")?;
        let kind = value.get("kind").and_then(Value::as_str).filter(|kind| !kind.is_empty());
        if is_placeholder(&name.as_scalar()?.text) || kind.is_some_and(is_placeholder) {
            return None;
        }
        Some(Self { value, name, kind: kind.unwrap_or(default_kind).into(), kind_is_written: kind.is_some() })
    }

    fn name(&self) -> &str {
        self.name.as_scalar().map_or("", |name| &name.text)
    }
}

impl<'p> Declared<'p> {
    fn of(project: &'p Project, group: &str, is_meant: impl Fn(&str) -> bool) -> Self {
        let mut declared = Self::default();
        for object in project.objects() {
            let mut pending = vec![&*object.value];
            // Charts take whole objects in their values, too.
            while let Some(value) = pending.pop() {
                if let Some(id) = ObjectId::of_value(value).filter(|id| id.group == group && is_meant(&id.kind)) {
                    let namespace = id.namespace.clone().or_else(|| object.id.namespace.clone());
                    let id = ObjectId { namespace: namespace.filter(|_| !id.is_cluster_scoped()), ..id };
                    declared.by_kind.entry(id.kind.clone()).or_default().push((id, object));
                }
                match &value.content {
                    Content::Scalar(_) => {}
                    Content::Sequence(items) => pending.extend(items),
                    Content::Mapping(entries) => pending.extend(entries.values()),
                }
            }
        }
        declared
    }

    fn with_kind(&self, kind: &str) -> &[(ObjectId, &'p Object)] {
        self.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    fn look_up(&self, project: &Project, object: &Object, reference: &StoreRef<'_>, report: &mut Report<'_>) {
        let same_kind = self.with_kind(&reference.kind);
        let reachable = |id: &ObjectId| match (&id.namespace, &object.id.namespace) {
            (Some(one), Some(other)) => one == other || is_placeholder(one) || is_placeholder(other),
            _ => true,
        };
        let named = |(id, _): &&(ObjectId, &Object)| id.name == reference.name() || is_placeholder(&id.name);
        if self.by_kind.is_empty() || same_kind.iter().any(|one| named(&one) && reachable(&one.0)) {
            return;
        }
        let (kind, name) = (&reference.kind, reference.name());
        if project.is_external(kind, object.id.namespace.as_deref(), name) {
            return;
        }
        let Some(label) = project.label(reference.name, format!("{} needs it", object.id)) else { return };
        let message = match &object.id.namespace {
            Some(namespace) if !kind.starts_with("Cluster") => {
                format!("no {kind} `{name}` is declared in namespace `{namespace}`")
            }
            _ => format!("no {kind} `{name}` is declared in this repository"),
        };
        let place = |one: &Object, message: String| project.object_label(&one.value, message);
        if let Some((_, cluster)) =
            self.with_kind("ClusterSecretStore").iter().find(named).filter(|_| kind == "SecretStore")
        {
            let finding = report
                .at(label, message)
                .and(place(cluster, format!("a ClusterSecretStore has this name: {}", cluster.id.name)));
            let fix = (!reference.kind_is_written).then(|| add_kind(project, reference)).flatten();
            finding
                .help("add `kind: ClusterSecretStore`; without it, or with another, the reference means a SecretStore")
                .fix(fix);
            return;
        }
        if let Some((id, other)) = same_kind.iter().find(named) {
            let namespace = id.namespace.as_deref().unwrap_or_default();
            let there = place(other, format!("this one is in namespace `{namespace}`"));
            report.at(label, message).and(there).help(format!("a {kind} serves only its own namespace"));
            return;
        }
        let near = nearest(name, same_kind.iter().filter(|(id, _)| reachable(id)).map(|(id, _)| id.name.as_str()));
        let Some((_, other)) = near.and_then(|near| same_kind.iter().find(|(id, _)| id.name == near)) else {
            // A name that is used over and over is that of a store made elsewhere, not a mistake.
            let uses =
                project.objects().iter().flat_map(references).filter_map(|value| StoreRef::of(value, "SecretStore"));
            if uses.filter(|other| other.name() == name && other.kind == *kind).count() >= 3 {
                return;
            }
            report.at(label, message).help("declare it, or correct the reference; if it is made outside of this repository, silence this finding with a comment that says where");
            return;
        };
        report
            .at(label, message)
            .and(place(other, "this one is declared".to_owned()))
            .help(format!("did you mean `{}`?", near.unwrap_or_default()));
    }
}

fn add_kind(project: &Project, reference: &StoreRef<'_>) -> Option<Fix> {
    let kind = Value::string("ClusterSecretStore");
    let changes = project.edit(reference.value.origin, |document, route| {
        document.insert_key(route, "kind", &kind, Place::Before("name"))
    })?;
    Some(Fix { title: "add `kind: ClusterSecretStore`".to_owned(), safety: Safety::Safe, changes })
}
