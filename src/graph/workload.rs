//! The Pods that objects make, and the selectors that find them.
//!
//! Facts from the API reference of Kubernetes. Must not know which objects exist.

use smol_str::SmolStr;

use crate::{
    manifest::ObjectId,
    yaml::{Mapping, Value},
};

/// The Pod that an object is or makes.
#[derive(Clone, Copy, Debug)]
pub struct PodTemplate<'v> {
    /// Its labels, if it has any.
    pub labels: Option<&'v Mapping>,
    /// Its `spec`.
    pub spec: &'v Value,
}

/// The Pod that an object of this identity and content is or makes; `None` for kinds of which nobody knows.
pub fn pod_template<'v>(id: &ObjectId, value: &'v Value) -> Option<PodTemplate<'v>> {
    let way: &[&str] = match (id.group.as_str(), id.kind.as_str()) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("", "ReplicationController")
        | ("apps", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet")
        | ("batch", "Job")
        | ("argoproj.io", "Rollout") => &["spec", "template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    };
    let template = value.pointer(way)?;
    Some(PodTemplate {
        labels: template.pointer(&["metadata", "labels"]).and_then(Value::as_mapping),
        spec: template.get("spec")?,
    })
}

impl<'v> PodTemplate<'v> {
    /// The containers, those that run before the others first.
    pub fn containers(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        let (spec, fields) = (self.spec, ["initContainers", "containers"]);
        fields.into_iter().filter_map(move |field| spec.get(field)?.as_sequence()).flatten()
    }

    /// The containers that run for as long as the Pod does.
    pub fn main_containers(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        self.spec.get("containers").and_then(Value::as_sequence).into_iter().flatten()
    }

    /// The volumes.
    pub fn volumes(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        self.spec.get("volumes").and_then(Value::as_sequence).into_iter().flatten()
    }

    /// The ports of all containers, each with its name, number and protocol as written.
    pub fn ports(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        self.containers().filter_map(|container| container.get("ports")?.as_sequence()).flatten()
    }
}

/// What an object selects Pods by.
#[derive(Clone, Copy, Debug)]
pub struct Selector<'v> {
    labels: Option<&'v Mapping>,
    expressions: &'v [Value],
}

impl<'v> Selector<'v> {
    /// A selector with `matchLabels` and `matchExpressions`.
    pub fn of(value: &'v Value) -> Self {
        let expressions = value.get("matchExpressions").and_then(Value::as_sequence).unwrap_or_default();
        Self { labels: value.get("matchLabels").and_then(Value::as_mapping), expressions }
    }

    /// A selector that is a mapping of labels, as Services have it.
    pub fn of_labels(value: &'v Value) -> Self {
        Self { labels: value.as_mapping(), expressions: &[] }
    }

    /// Whether it says nothing: some kinds take that for all Pods, others for none.
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty() && self.labels.is_none_or(Mapping::is_empty)
    }

    /// Whether Pods with these labels are found.
    pub fn matches(&self, labels: Option<&Mapping>) -> bool {
        let label = |key: &str| labels.and_then(|labels| text(labels.get(key)?));
        let all = self.labels.into_iter().flatten();
        all.into_iter().all(|(key, value)| text(value).is_some_and(|wanted| label(key) == Some(wanted)))
            && self.expressions.iter().all(|expression| {
                let found = expression.get("key").and_then(text).and_then(&label);
                let values = expression.get("values").and_then(Value::as_sequence).unwrap_or_default();
                let is_listed = found.is_some_and(|found| values.iter().any(|value| text(value) == Some(found)));
                match expression.get("operator").and_then(Value::as_str) {
                    Some("In") => is_listed,
                    Some("NotIn") => !is_listed,
                    Some("Exists") => found.is_some(),
                    Some("DoesNotExist") => found.is_none(),
                    // An operator that nobody knows is not for this to judge.
                    _ => true,
                }
            })
    }

    /// The first label that Pods with these labels lack, or have with another value.
    pub fn first_mismatch(&self, labels: Option<&Mapping>) -> Option<(&'v SmolStr, &'v Value)> {
        let differs = |(key, value): &(&SmolStr, &Value)| {
            let found = labels.and_then(|labels| text(labels.get(key.as_str())?));
            found.is_none() || found != text(value)
        };
        self.labels.into_iter().flatten().find(differs)
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_scalar().map(|scalar| scalar.text.as_str())
}
