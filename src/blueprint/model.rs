//! An instance as a model: every template of the manifest run, every reference followed, no engine chosen yet.
//!
//! Owns the objects that the emitters write. Must not know the syntax of manifests, nor engines.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{manifest::Make, values::Values};
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
    pub files: Vec<(RepoPath, String)>,
}

/// A namespace.
#[derive(Clone, Debug, Serialize)]
pub struct Namespace {
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
    /// Name of the SecretStore.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// URL of Vault.
    pub server: String,
    /// Mount path of the KV engine, without slashes at its ends.
    pub mount: String,
    /// `v1` or `v2`.
    pub version: String,
    /// How to log in.
    pub auth: Auth,
}

/// A login with a Kubernetes service account.
#[derive(Clone, Debug, Serialize)]
pub struct Auth {
    /// Mount path of the auth method.
    pub mount: String,
    /// The role.
    pub role: String,
    /// The service account.
    pub service_account: String,
    /// Audiences of its token.
    pub audiences: Vec<String>,
}

/// A Secret in the cluster and the ExternalSecret that makes it.
#[derive(Clone, Debug, Serialize)]
pub struct SecretSet {
    /// Its id in the blueprint.
    pub id: String,
    /// The number of its store.
    pub store: usize,
    /// Name of the store.
    pub store_name: String,
    /// Name of the Secret.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Name of the ExternalSecret.
    pub external_secret: String,
    /// How often it is read.
    pub refresh: String,
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
