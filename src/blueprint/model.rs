//! An instance as a model: every template of the manifest run, every reference followed, no engine chosen yet.
//!
//! Owns the objects that the emitters write. Must not know the syntax of manifests, nor engines.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    manifest::{Make, Stage},
    values::Values,
};
use crate::path::RepoPath;

/// Everything an instance consists of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Model {
    /// Namespaces.
    pub namespaces: Vec<Namespace>,
    /// Secret stores.
    pub stores: Vec<Store>,
    /// Secrets in the cluster.
    pub sets: Vec<SecretSet>,
    /// Secret values.
    pub secrets: Vec<Secret>,
    /// Helm releases.
    pub releases: Vec<Release>,
    /// Further objects, by path inside of the instance.
    #[serde(skip)]
    pub files: Vec<ObjectFile>,
}

/// Further objects in a file.
#[derive(Clone, Debug)]
pub struct ObjectFile {
    /// When they are applied.
    pub stage: Stage,
    /// The path inside of the instance.
    pub path: RepoPath,
    /// The text.
    pub text: String,
}

/// A namespace.
#[derive(Clone, Debug, Serialize)]
pub struct Namespace {
    /// When it is applied.
    #[serde(skip)]
    pub stage: Stage,
    /// Its name.
    pub name: String,
    /// Its labels, all texts.
    pub labels: Map<String, Json>,
    /// Its annotations, all texts.
    pub annotations: Map<String, Json>,
}

/// A secret store.
#[derive(Clone, Debug, Serialize)]
pub struct Store {
    /// Its id in the blueprint.
    pub id: String,
    /// When it is applied.
    #[serde(skip)]
    pub stage: Stage,
    /// The kind of its object.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace; none if it is for all.
    pub namespace: Option<String>,
    /// URL of Vault.
    pub server: Option<String>,
    /// Mount path of the KV engine, without slashes at its ends.
    pub mount: String,
    /// `v1` or `v2`.
    pub version: String,
    /// How to log in; none for a store that somebody else makes.
    pub auth: Option<Auth>,
}

/// A login at a store.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Auth {
    /// With a Kubernetes service account.
    Kubernetes {
        /// Mount path of the auth method.
        mount: String,
        /// The role.
        role: String,
        /// The service account.
        service_account: String,
        /// Audiences of its token.
        audiences: Vec<String>,
    },
    /// With an `AppRole`.
    AppRole {
        /// Mount path of the auth method.
        mount: String,
        /// The role.
        role: String,
        /// Its id.
        role_id: String,
        /// Name of the Secret with the secret id.
        secret: String,
        /// Its key.
        key: String,
    },
}

impl Auth {
    /// The role, which is the name of the policy too.
    pub fn role(&self) -> &str {
        match self {
            Self::Kubernetes { role, .. } | Self::AppRole { role, .. } => role,
        }
    }
}

/// A Secret in the cluster and the ExternalSecret that makes it.
#[derive(Clone, Debug, Serialize)]
pub struct SecretSet {
    /// Its id in the blueprint.
    pub id: String,
    /// When it is applied.
    #[serde(skip)]
    pub stage: Stage,
    /// The number of its store; none if the cluster makes the values up.
    pub store: Option<usize>,
    /// Name of the store.
    pub store_name: String,
    /// Kind of the store.
    pub store_kind: &'static str,
    /// Name of the Secret.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Name of the ExternalSecret.
    pub external_secret: String,
    /// How often it is read.
    pub refresh: String,
    /// Type of the Secret, if it is not `Opaque`.
    pub kind: Option<String>,
    /// Keys that are written by templates of External Secrets.
    pub template: Map<String, Json>,
    /// Its keys: those of [`Model::secrets`] that belong to it.
    pub data: Vec<SecretEntry>,
}

/// One key of a Secret.
#[derive(Clone, Debug, Serialize)]
pub struct SecretEntry {
    /// The key.
    pub key: String,
    /// The entry in the store.
    pub path: String,
    /// The key in that entry.
    pub property: String,
    /// Who makes it.
    #[serde(serialize_with = "make_word")]
    pub make: Make,
}

/// A secret value.
#[derive(Clone, Debug, Serialize)]
pub struct Secret {
    /// Its id in the blueprint.
    pub id: String,
    /// What a person is asked for.
    pub title: String,
    /// The number of its set.
    pub set: usize,
    /// The key in the Secret.
    pub key: String,
    /// The entry in the store.
    pub path: String,
    /// The key in that entry.
    pub property: String,
    /// Who makes it.
    #[serde(serialize_with = "make_word")]
    pub make: Make,
    /// Which values read it: number of the release, path of the value.
    pub to: Vec<(usize, String)>,
}

/// The word for who makes a secret.
pub(super) fn word(make: Make) -> &'static str {
    match make {
        Make::Nobody => "none",
        Make::Hex32 => "hex32",
        Make::Base64 => "base64-32",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn make_word<S: serde::Serializer>(make: &Make, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(word(*make))
}

/// A Helm release.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Its id in the blueprint.
    pub id: String,
    /// When it is applied.
    #[serde(skip)]
    pub stage: Stage,
    /// What tells its files from those of other releases.
    pub label: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The chart.
    pub chart: Chart,
    /// How often it is reconciled.
    pub interval: String,
    /// How long Helm may take.
    pub timeout: String,
    /// How often install and upgrade are tried again.
    pub retries: u64,
    /// `disabled`, `warn` or `enabled`.
    pub drift: String,
    /// Name of the object with the values.
    pub values_object: String,
    /// The values.
    #[serde(skip)]
    pub values: Values,
    /// Which keys of which Secrets set which values.
    pub secret_values: Vec<SecretValue>,
}

/// A chart and where it is kept.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The repository.
    pub repository: Repository,
}

/// A chart repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repository {
    /// Name of the object.
    pub name: String,
    /// Namespace of the object.
    pub namespace: String,
    /// URL.
    pub url: String,
    /// How often the index is read.
    pub interval: String,
}

/// A value that a secret sets.
#[derive(Clone, Debug, Serialize)]
pub struct SecretValue {
    /// Name of the Secret.
    pub secret: String,
    /// Its key.
    pub key: String,
    /// The path of the value as after Helm's `--set`.
    pub path: String,
}

impl Model {
    /// The repositories of all releases, each once.
    pub fn repositories(&self) -> Vec<&Repository> {
        let mut all: Vec<&Repository> = Vec::new();
        for release in &self.releases {
            if !all.contains(&&release.chart.repository) {
                all.push(&release.chart.repository);
            }
        }
        all
    }
}
