//! The clusters that Argo CD knows.
//!
//! They come from a file (see `docs/argo-offline.md`), or from cluster Secrets in the repository. Of a Secret only names, labels and annotations are taken, never
//! its credentials.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use smol_str::SmolStr;

use crate::yaml::{Origin, Value};

/// The server of the cluster that Argo CD runs in.
const LOCAL_SERVER: &str = "https://kubernetes.default.svc";

/// A cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCluster {
    /// Its name in Argo CD.
    pub name: SmolStr,
    /// The URL of its API.
    pub server: SmolStr,
    /// The project that it is given to; empty for all.
    pub project: SmolStr,
    /// The labels of its Secret.
    pub labels: BTreeMap<SmolStr, SmolStr>,
    /// The annotations of its Secret.
    pub annotations: BTreeMap<SmolStr, SmolStr>,
    /// Whether a Secret stands for it. The local cluster may do without, and then no selector takes it.
    pub has_secret: bool,
}

/// All clusters, the local one without a Secret first, the others by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The clusters.
    pub clusters: Vec<KnownCluster>,
}

fn text(value: Option<&Value>) -> SmolStr {
    value.and_then(Value::as_scalar).map(|scalar| scalar.text.clone()).unwrap_or_default()
}

fn texts(value: Option<&Value>) -> BTreeMap<SmolStr, SmolStr> {
    let entries = value.and_then(Value::as_mapping).into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), text(Some(value)))).collect()
}

impl Inventory {
    /// Reads an inventory file: `clusters`, a list of `name`, `server`, `project`, `labels`, `annotations`, and `local: false` if Argo CD does not manage the cluster
    /// that it runs in. Errors: the place of what is missing, and what it is.
    pub fn of_file(value: &Value) -> Result<Self, (Origin, String)> {
        let Some(clusters) = value.get("clusters").and_then(Value::as_sequence) else {
            return Err((value.origin, "an inventory is a mapping with a list `clusters`".to_owned()));
        };
        let mut found = Vec::new();
        for cluster in clusters {
            let (name, server) = (text(cluster.get("name")), text(cluster.get("server")));
            if name.is_empty() || server.is_empty() {
                return Err((cluster.origin, "a cluster needs `name` and `server`".to_owned()));
            }
            let mut labels = texts(cluster.get("labels"));
            labels.entry("argocd.argoproj.io/secret-type".into()).or_insert_with(|| "cluster".into());
            found.push(KnownCluster {
                name,
                server,
                project: text(cluster.get("project")),
                labels,
                annotations: texts(cluster.get("annotations")),
                has_secret: true,
            });
        }
        let local = value.get("local").and_then(Value::as_bool).unwrap_or(true);
        Ok(Self::new(found, local))
    }

    /// Collects the cluster Secrets among objects; `None` if there is none. A Secret whose name is encrypted is passed over.
    pub fn of_secrets<'a>(objects: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        let found: Vec<KnownCluster> = objects.into_iter().filter_map(of_secret).collect();
        (!found.is_empty()).then(|| Self::new(found, true))
    }

    fn new(mut clusters: Vec<KnownCluster>, local: bool) -> Self {
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        if local && !clusters.iter().any(|cluster| cluster.server == LOCAL_SERVER) {
            let local = KnownCluster {
                name: "in-cluster".into(),
                server: LOCAL_SERVER.into(),
                project: SmolStr::default(),
                labels: BTreeMap::new(),
                annotations: BTreeMap::new(),
                has_secret: false,
            };
            clusters.insert(0, local);
        }
        Self { clusters }
    }
}

fn of_secret(object: &Value) -> Option<KnownCluster> {
    let labels = texts(object.pointer(&["metadata", "labels"]));
    let is_cluster = labels.get("argocd.argoproj.io/secret-type").is_some_and(|kind| kind == "cluster");
    if !is_cluster || object.get("kind").and_then(Value::as_str) != Some("Secret") {
        return None;
    }
    let field = |key: &str| {
        let plain = text(object.pointer(&["stringData", key]));
        if !plain.is_empty() {
            return plain;
        }
        let encoded = text(object.pointer(&["data", key]));
        let decoded = STANDARD.decode(encoded.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.unwrap_or_default().into()
    };
    let (name, server) = (field("name"), field("server"));
    let encrypted = |text: &str| text.is_empty() || text.starts_with("ENC[");
    if encrypted(&name) || encrypted(&server) {
        return None;
    }
    let annotations = texts(object.pointer(&["metadata", "annotations"]));
    Some(KnownCluster { name, server, project: field("project"), labels, annotations, has_secret: true })
}
