//! The manifest of a blueprint, `blueprint.yaml`, as it is written: templates are not run yet.
//!
//! Owns the types of the format and their reading. Must not know answers, nor engines.

mod delivery;
pub(in crate::blueprint) mod fields;
pub(in crate::blueprint) mod parameters;
mod read;
mod sections;
mod texts;
mod uses;

use serde_json::Value as Json;

pub use delivery::{ArgoWay, ExistingSecret, Ignore, Patch};
pub(in crate::blueprint) use parameters::Compiled;
pub use uses::{Given, Kind, Phase, RunbookStep, Stage, Use};

use crate::{path::RepoPath, text::Span};

/// A template or expression with its place in `blueprint.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The template.
    pub source: String,
    /// The bytes of the scalar that holds it.
    pub span: Span,
    /// Where the template's first byte stands, if the scalar is written exactly as it reads.
    pub offset: Option<u32>,
}

/// A name declared in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// The tool that reconciles the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// Flux.
    Flux,
    /// Argo CD.
    ArgoCd,
}

impl Engine {
    /// The engines, in the order of messages.
    pub const ALL: [Self; 2] = [Self::Flux, Self::ArgoCd];

    /// The word for it in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flux => "flux",
            Self::ArgoCd => "argocd",
        }
    }

    /// The engine of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.as_str() == word)
    }
}

/// A whole manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The name of the blueprint.
    pub name: Id,
    /// Its version.
    pub version: String,
    /// One line about it.
    pub summary: String,
    /// A page about it, in Markdown.
    pub description: Option<String>,
    /// For which engines it can be rendered.
    pub engines: Vec<Engine>,
    /// What it asks for.
    pub parameters: Vec<Parameter>,
    /// The parameters that must be answered.
    pub required: Vec<Id>,
    /// Conditions across parameters.
    pub checks: Vec<Check>,
    /// Names that are computed once.
    pub names: Vec<(Id, Text)>,
    /// Namespaces it makes.
    pub namespaces: Vec<(Id, Namespace)>,
    /// Secret stores it makes.
    pub stores: Vec<(Id, Store)>,
    /// Secrets in the cluster, made from a store.
    pub secret_sets: Vec<(Id, SecretSet)>,
    /// Secret values, declared once.
    pub secrets: Vec<(Id, Secret)>,
    /// Helm releases.
    pub releases: Vec<(Id, Release)>,
    /// Templates of further objects.
    pub manifests: Vec<ManifestFile>,
    /// Where instances go.
    pub registers: Registers,
    /// Components.
    pub uses: Vec<Use>,
    /// Objects that whoever uses this blueprint provides.
    pub needs: Vec<(Id, Kind)>,
    /// Values for releases of others, by reference to the release.
    pub values: Vec<(Id, Vec<Fragment>)>,
    /// When its objects are applied, if that is not said by whoever uses it.
    pub stage: Option<Stage>,
    /// The templates of the runbook.
    pub runbook: Vec<RunbookStep>,
    /// What to say when an instance was made.
    pub next_steps: Vec<NextStep>,
    /// What an update has to know.
    pub migrations: Vec<Migration>,
}

/// What a blueprint asks for, at any depth.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub id: Id,
    /// JSON Schema, without the keys that only blueprints have, at any depth.
    pub schema: Json,
    /// The question.
    pub title: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// The answer if none is given, with templates not run.
    pub default: Option<Json>,
    /// The place of the default.
    pub default_span: Span,
    /// Examples, as text.
    pub examples: Vec<Json>,
    /// Whether it is asked at all.
    pub when: Option<Text>,
    /// Whether `secret: never` is set.
    pub is_never_secret: bool,
    /// For an object: its properties.
    pub properties: Vec<Self>,
    /// For an object: the properties that must be answered.
    pub required: Vec<String>,
    /// The schema as answers are checked against it.
    pub(in crate::blueprint) compiled: Compiled,
}

/// A condition across parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The message is given if this holds.
    pub when: Option<Text>,
    /// The message is not given if this holds.
    pub unless: Option<Text>,
    /// The message.
    pub message: Text,
    /// The parameter to blame, with dots.
    pub parameter: Option<Id>,
    /// Whether it is only a warning.
    pub is_warning: bool,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: Text,
    /// Its labels.
    pub labels: Vec<(String, Text)>,
    /// Its annotations.
    pub annotations: Vec<(String, Text)>,
    /// Whether it is made.
    pub when: Option<Text>,
}

/// A secret store: Vault, or one that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// What it is.
    pub kind: StoreKind,
    /// Name of the store's object.
    pub name: Text,
    /// Its namespace; a store without one is for all namespaces.
    pub namespace: Option<Text>,
    /// URL of Vault.
    pub server: Option<Text>,
    /// Mount path of the KV engine.
    pub mount: Text,
    /// `v1` or `v2`.
    pub version: Option<Text>,
    /// How to log in; none for a store that is there already.
    pub auth: Option<Auth>,
    /// Whether it is made.
    pub when: Option<Text>,
}

/// What a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// Vault, entered with a Kubernetes service account.
    VaultKubernetes,
    /// Vault, entered with an `AppRole`.
    VaultAppRole,
    /// A store of one namespace that somebody else makes.
    Existing,
    /// A store of all namespaces that somebody else makes.
    ExistingCluster,
}

impl StoreKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::VaultKubernetes, Self::VaultAppRole, Self::Existing, Self::ExistingCluster];

    /// The word for it in `kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VaultKubernetes => "vault-kubernetes",
            Self::VaultAppRole => "vault-approle",
            Self::Existing => "existing",
            Self::ExistingCluster => "existing-cluster",
        }
    }

    /// The kind of its object.
    pub fn object(self) -> &'static str {
        if self == Self::ExistingCluster { "ClusterSecretStore" } else { "SecretStore" }
    }
}

/// How a store logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// With the token of a service account.
    Kubernetes {
        /// Mount path of the auth method.
        mount: Option<Text>,
        /// Role at the auth method.
        role: Text,
        /// The service account that logs in.
        service_account: Text,
        /// Audiences of its token.
        audiences: Vec<Text>,
    },
    /// With an `AppRole`, whose secret id is brought into the cluster by hand.
    AppRole {
        /// Mount path of the auth method.
        mount: Option<Text>,
        /// The id of the role.
        role_id: Text,
        /// Name of the role, for the runbook.
        role: Text,
        /// Name of the Secret that holds the secret id.
        secret: Text,
        /// Its key.
        key: Option<Text>,
    },
}

/// One Secret in the cluster and the ExternalSecret that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSet {
    /// The store it is made from; none for a set whose values the cluster makes up.
    pub store: Option<Id>,
    /// Name of the Secret.
    pub name: Text,
    /// Its namespace, if it is not the store's.
    pub namespace: Option<Text>,
    /// Name of the ExternalSecret, if it is not that of the Secret.
    pub external_secret: Option<Text>,
    /// How often it is read again.
    pub refresh: Option<Text>,
    /// Type of the Secret, if it is not `Opaque`.
    pub kind: Option<Text>,
    /// Keys that External Secrets writes by templates of its own, with `{{ }}`.
    pub template: Vec<(String, Text)>,
    /// Whether it is made.
    pub when: Option<Text>,
}

/// Who makes the value of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// Somebody else; the runbook asks for it.
    Nobody,
    /// Somebody else, and it is a file, such as a certificate; the runbook asks where it is.
    File,
    /// 32 random bytes in hexadecimal.
    Hex32,
    /// 32 random bytes in base64.
    Base64,
}

/// A secret value, declared once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What a person is asked for.
    pub title: Option<String>,
    /// The set that holds it; if it is not said there is only one.
    pub set: Option<Id>,
    /// The entry in the store and the key in that entry; none where the cluster makes the value up.
    pub from: Option<(Text, Text)>,
    /// The key in the Secret, if it is not the id.
    pub key: Option<Text>,
    /// Who makes it.
    pub make: Make,
    /// Who reads it.
    pub to: Vec<Consumer>,
    /// Whether it is there.
    pub when: Option<Text>,
}

/// Who reads a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consumer {
    /// A value of a release.
    Value {
        /// The release.
        release: Id,
        /// The path of the value as after Helm's `--set`.
        value: Text,
        /// How Argo CD hands it over.
        argocd: Option<Text>,
    },
    /// A release whose values name the Secret.
    Release(Id),
    /// An object in one of the manifests.
    Manifest(Id),
}

/// A Helm release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: Text,
    /// Its namespace.
    pub namespace: Text,
    /// Name of the chart.
    pub chart: Text,
    /// Version of the chart.
    pub version: Text,
    /// Where the chart is kept.
    pub repository: Repository,
    /// How often it is reconciled.
    pub interval: Option<Text>,
    /// How long Helm may take.
    pub timeout: Option<Text>,
    /// How often install and upgrade are tried again.
    pub retries: Option<Text>,
    /// Drift detection.
    pub drift: Option<Text>,
    /// Name of the ConfigMap with the values.
    pub values_object: Option<Text>,
    /// Fragments of values.
    pub values: Vec<Fragment>,
    /// How its chart takes values from a Secret.
    pub existing_secret: Option<ExistingSecret>,
    /// What may differ in the cluster.
    pub ignored: Vec<Ignore>,
    /// Changes to what the chart renders.
    pub patches: Vec<Patch>,
    /// Whether it is made.
    pub when: Option<Text>,
}

/// A chart repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Name of the object.
    pub name: Text,
    /// Namespace of the object.
    pub namespace: Text,
    /// URL.
    pub url: Text,
    /// How often the index is read.
    pub interval: Option<Text>,
}

/// A part of a release's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Its text.
    pub source: FragmentSource,
    /// Whether it takes part.
    pub when: Option<Text>,
    /// Whether its lists are added to those that are there.
    pub appends: bool,
}

/// Where the text of a fragment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FragmentSource {
    /// In a file of the blueprint.
    File(RepoPath, Span),
    /// In the manifest: the bytes of the mapping.
    Inline(Span),
}

/// A template of further objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// The template.
    pub file: RepoPath,
    /// Where it is named.
    pub span: Span,
    /// The path of the result inside of the instance, if it is not the file's own name.
    pub to: Option<Text>,
    /// Whether it is written.
    pub when: Option<Text>,
}

/// Where instances go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// The directory of an instance.
    pub path: Option<Text>,
    /// The directory that the cluster reconciles.
    pub root: Option<Text>,
}

/// What to say when an instance was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The text.
    pub text: Text,
    /// Whether it is said.
    pub when: Option<Text>,
}

/// What an update to a version has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Where it stands.
    pub span: Span,
    /// The version.
    pub to: String,
    /// What changed.
    pub change: Change,
}

/// One change that an update follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Parameters have new names.
    RenameParameter(Vec<(String, String)>),
    /// Files of the instance have new names.
    RenameFile(Vec<(String, String)>),
    /// A file is written no longer.
    RemoveFile(String),
    /// A key of a file has another place.
    RenameKey {
        /// The file, inside of the instance.
        file: String,
        /// The route it had, such as `/spec/values/hub`.
        from: String,
        /// The route it has.
        to: String,
    },
    /// An answer that only repeats an old default gives way to the new one.
    SetIfDefault(Vec<(String, String)>),
}
