//! What a cluster is known to hold: the ConfigMaps and Secrets that `substituteFrom` and `valuesFrom` look up, and the sources.
//!
//! Remembers what it was asked, so that a unit is rendered again only if an answer has changed. Must not know what is done with the answers.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use smol_str::SmolStr;

use super::{declared::ARGO_NAMESPACE, own_source::OwnSource};
use crate::{
    argo::BuildOptions,
    config::External,
    flux::{self, Data, DataKind, OutputArtifact, Source, SourceRef, group},
    manifest::{ObjectId, RenderedObject},
    yaml::Value,
};

/// Kind, namespace and name of what is looked up.
type Key = (SmolStr, SmolStr, SmolStr);

/// What was asked, and what was answered.
pub(super) type Answers = Vec<(Key, Answer)>;

/// What a cluster says to a question.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// There is such an object.
    Object(Arc<Value>),
    /// An object of this name makes it.
    MadeBy(SmolStr),
    /// These are all of them.
    All(Vec<RenderedObject>),
    /// The repository says nothing.
    Nothing,
}

/// The ConfigMaps, Secrets and sources of one cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    objects: HashMap<Key, RenderedObject>,
    /// Secrets that a controller makes, by namespace and name, each with the object that it makes it from.
    made: HashMap<(SmolStr, SmolStr), SmolStr>,
    /// The Secrets by which Argo CD knows clusters.
    clusters: Vec<RenderedObject>,
    /// The `ResourceSetInputProviders`.
    providers: Vec<RenderedObject>,
    /// The `ArtifactGenerators`, by namespace and name of each artifact that they make.
    generators: HashMap<(SmolStr, SmolStr), RenderedObject>,
}

/// What is asked for as a whole, in the place of a kind.
const CLUSTERS: &str = "all cluster Secrets";
const GENERATOR: &str = "the generator of an artifact";
const PROVIDERS: &str = "all ResourceSetInputProviders";

impl Known {
    /// What these objects are.
    pub(super) fn of(objects: &[RenderedObject]) -> Self {
        let mut known = Self::default();
        known.extend(objects);
        known
    }

    /// Takes in what a unit applies. Of two objects with one name the first is kept.
    pub(super) fn extend(&mut self, objects: &[RenderedObject]) {
        for object in objects {
            if is_cluster_secret(object) {
                self.clusters.push(object.clone());
            }
            if object.id.is(group::OPERATOR, "ResourceSetInputProvider") {
                self.providers.push(object.clone());
            }
            for artifact in OutputArtifact::all(&object.id, &object.value) {
                self.generators.entry((artifact.namespace, artifact.name)).or_insert_with(|| object.clone());
            }
            let namespace = object.id.namespace.clone().unwrap_or_default();
            let is_data = object.id.group.is_empty() && DataKind::of(&object.id.kind).is_some();
            if is_data || object.id.group == group::SOURCE {
                let names = [Some(&object.id.name), object.name_before_hash.as_ref()];
                for name in names.into_iter().flatten() {
                    let key = (object.id.kind.clone(), namespace.clone(), name.clone());
                    self.objects.entry(key).or_insert_with(|| object.clone());
                }
            } else if let Some(name) = secret_made_by(object) {
                self.made.entry((namespace, name)).or_insert_with(|| object.id.to_string().into());
            }
        }
    }

    fn answer(&self, key: &Key) -> Answer {
        if let Some(object) = self.objects.get(key) {
            return Answer::Object(Arc::clone(&object.value));
        }
        let (kind, namespace, name) = key;
        match kind.as_str() {
            CLUSTERS => return Answer::All(self.clusters.clone()),
            PROVIDERS => return Answer::All(self.providers.clone()),
            GENERATOR => {
                let found = self.generators.get(&(namespace.clone(), name.clone()));
                return found.map_or(Answer::Nothing, |object| Answer::Object(Arc::clone(&object.value)));
            }
            _ => {}
        }
        let made = self.made.get(&(namespace.clone(), name.clone())).filter(|_| kind == "Secret");
        made.map_or(Answer::Nothing, |by| Answer::MadeBy(by.clone()))
    }

    /// Whether the same questions would be answered in the same way now.
    pub(super) fn agrees(&self, answers: &Answers) -> bool {
        answers.iter().all(|(key, answer)| match (self.answer(key), answer) {
            (Answer::Object(now), Answer::Object(before)) => Arc::ptr_eq(&now, before) || now == *before,
            (Answer::MadeBy(now), Answer::MadeBy(before)) => now == *before,
            (Answer::All(now), Answer::All(before)) => {
                now.len() == before.len() && now.iter().zip(before).all(|(now, before)| now.value == before.value)
            }
            (Answer::Nothing, Answer::Nothing) => true,
            _ => false,
        })
    }
}

fn is_cluster_secret(object: &RenderedObject) -> bool {
    let label = ["metadata", "labels", "argocd.argoproj.io/secret-type"];
    object.id.is("", "Secret") && object.value.pointer(&label).and_then(Value::as_str) == Some("cluster")
}

/// The name of the Secret that a controller makes from an object.
fn secret_made_by(object: &RenderedObject) -> Option<SmolStr> {
    let text = |keys: &[&str]| Some(object.value.pointer(keys)?.as_scalar()?.text.clone());
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("external-secrets.io", "ExternalSecret") => Some(text(&["spec", "target", "name"])),
        ("bitnami.com", "SealedSecret") => Some(text(&["spec", "template", "metadata", "name"])),
        ("onepassword.com", "OnePasswordItem") => Some(None),
        ("secrets.hashicorp.com", _) => Some(text(&["spec", "destination", "name"])),
        ("secrets.infisical.com", _) => Some(text(&["spec", "managedSecretReference", "secretName"])),
        ("cert-manager.io", "Certificate") => Some(text(&["spec", "secretName"])),
        _ => None,
    }
    .map(|named| named.unwrap_or_else(|| object.id.name.clone()))
}

/// Asks a cluster on behalf of one unit.
#[derive(Debug)]
pub(super) struct Lookup<'k> {
    known: &'k Known,
    /// What is asked where that knows nothing.
    otherwise: Option<&'k Known>,
    own: Option<&'k OwnSource<'k>>,
    /// What is in the cluster, but not in the repository.
    external: &'k [External],
    /// Kind and name of what may be missing.
    optional: HashSet<(SmolStr, SmolStr)>,
    asked: Mutex<Answers>,
}

impl<'k> Lookup<'k> {
    pub(super) fn new(known: &'k Known) -> Self {
        Self { known, otherwise: None, own: None, external: &[], optional: HashSet::new(), asked: Mutex::default() }
    }

    /// Asks another where the first knows nothing.
    pub(super) fn or(mut self, otherwise: Option<&'k Known>) -> Self {
        self.otherwise = otherwise;
        self
    }

    /// Tells the repository itself from other sources.
    pub(super) fn with_own(mut self, own: &'k OwnSource<'k>) -> Self {
        self.own = Some(own);
        self
    }

    /// Tells what is made outside of the repository.
    pub(super) fn with_external(mut self, external: &'k [External]) -> Self {
        self.external = external;
        self
    }

    /// Lets what these references call optional be missing. Whatever else the repository does not say may still be in the cluster, made by hand.
    pub(super) fn with_optional(mut self, references: &[Value]) -> Self {
        let text = |reference: &Value, key: &str| Some(reference.get(key)?.as_scalar()?.text.clone());
        let optional = references
            .iter()
            .filter(|reference| reference.get("optional").and_then(Value::as_bool).unwrap_or_default())
            .filter_map(|reference| Some((text(reference, "kind")?, text(reference, "name")?)));
        self.optional.extend(optional);
        self
    }

    /// Everything that was asked.
    pub(super) fn into_answers(self) -> Answers {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The Secrets by which Argo CD knows clusters.
    pub(super) fn cluster_secrets(&self) -> Vec<RenderedObject> {
        self.all(CLUSTERS)
    }

    /// The `ResourceSetInputProviders`.
    pub(super) fn providers(&self) -> Vec<RenderedObject> {
        self.all(PROVIDERS)
    }

    /// What `argocd-cm` says about builds, which lies in the namespace of the controller: mostly that of the Application.
    pub(super) fn build_options(&self, application: &ObjectId) -> Option<BuildOptions> {
        let own = application.namespace.as_deref().unwrap_or(ARGO_NAMESPACE);
        [own, ARGO_NAMESPACE, ""].iter().find_map(|namespace| match self.ask("ConfigMap", namespace, "argocd-cm") {
            Answer::Object(value) => BuildOptions::of(&ObjectId::of_value(&value)?, &value),
            _ => None,
        })
    }

    fn all(&self, what: &str) -> Vec<RenderedObject> {
        if let Answer::All(objects) = self.ask(what, "", "") { objects } else { Vec::new() }
    }

    fn ask(&self, kind: &str, namespace: &str, name: &str) -> Answer {
        let key = (kind.into(), namespace.into(), name.into());
        let answer = match (self.known.answer(&key), self.otherwise) {
            (Answer::Nothing, Some(otherwise)) => otherwise.answer(&key),
            (answer, _) => answer,
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((key, answer.clone()));
        answer
    }
}

impl flux::Lookup for Lookup<'_> {
    fn data(&self, kind: DataKind, namespace: &str, name: &str) -> Data {
        let kind = kind.to_string();
        match self.ask(&kind, namespace, name) {
            Answer::Object(value) => ObjectId::of_value(&value)
                .and_then(|id| Data::of(&id, &value))
                .unwrap_or_else(|| Data::Opaque("it is not what its kind says".to_owned())),
            Answer::MadeBy(by) => Data::Opaque(format!("{by} makes it")),
            Answer::Nothing if self.external.iter().any(|one| one.fits(&kind, Some(namespace), name)) => {
                Data::Opaque("it is made outside of this repository".to_owned())
            }
            Answer::Nothing | Answer::All(_) if self.optional.contains(&(kind.as_str().into(), name.into())) => {
                Data::Missing
            }
            Answer::Nothing | Answer::All(_) => Data::Opaque("nothing in this repository makes it".to_owned()),
        }
    }

    fn source(&self, reference: &SourceRef, namespace: &str) -> Option<Source> {
        let namespace = reference.namespace.as_deref().unwrap_or(namespace);
        match self.ask(&reference.kind, namespace, &reference.name) {
            Answer::Object(value) => Source::of(&ObjectId::of_value(&value)?, &value),
            _ => None,
        }
    }

    fn artifact(&self, reference: &SourceRef, namespace: &str) -> Option<OutputArtifact> {
        if reference.kind != "ExternalArtifact" {
            return None;
        }
        let Answer::Object(value) = self.ask(GENERATOR, namespace, &reference.name) else { return None };
        let artifacts = OutputArtifact::all(&ObjectId::of_value(&value)?, &value);
        artifacts.into_iter().find(|artifact| artifact.name == reference.name)
    }

    fn is_here(&self, reference: &SourceRef, _namespace: &str) -> bool {
        self.own.is_some_and(|own| own.is_here(reference))
    }
}
