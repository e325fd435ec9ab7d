//! Secrets and ConfigMaps with their keys: those written in Git, and those that a controller makes from another object.
//!
//! Facts from the API references of External Secrets, Sealed Secrets, cert-manager and the operators named below. Must not know who reads them.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::external_secret::ExternalSecret;
use crate::{
    manifest::ObjectId,
    yaml::{Origin, Value},
};

/// The two kinds of objects that carry data by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl DataKind {
    /// Reads the kind as references write it.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "ConfigMap" => Some(Self::ConfigMap),
            "Secret" => Some(Self::Secret),
            _ => None,
        }
    }
}

/// The keys of a Secret or ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// These and no others, each with the place that writes it.
    Known(Vec<(SmolStr, Origin)>),
    /// Nobody can tell from the repository.
    Open,
}

/// A Secret or ConfigMap that an object of the repository brings into the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Produced {
    /// What it is.
    pub kind: DataKind,
    /// Its namespace, if known.
    pub namespace: Option<SmolStr>,
    /// Its name.
    pub name: SmolStr,
    /// Its keys.
    pub keys: Keys,
    /// The object that is written in the repository: itself, or the one it is made from.
    pub by: ObjectId,
    /// Where that object is written.
    pub origin: Origin,
}

/// The Secrets and ConfigMaps that one object brings into the cluster.
pub fn produced(id: &ObjectId, value: &Value) -> Vec<Produced> {
    let made = |kind, name: SmolStr, keys| Produced {
        kind,
        namespace: id.namespace.clone(),
        name,
        keys,
        by: id.clone(),
        origin: value.origin,
    };
    let text = |keys: &[&str]| value.pointer(keys)?.as_scalar().map(|scalar| scalar.text.clone());
    let secret =
        |name: Option<SmolStr>, keys| name.map(|name| made(DataKind::Secret, name, keys)).into_iter().collect();
    let both = || {
        let kinds = [DataKind::Secret, DataKind::ConfigMap];
        kinds.into_iter().map(|kind| made(kind, id.name.clone(), Keys::Open)).collect()
    };
    match (id.group.as_str(), id.kind.as_str()) {
        ("", "ConfigMap") => {
            with_copies(value, made(DataKind::ConfigMap, id.name.clone(), data_keys(value, &["data", "binaryData"])))
        }
        ("", "Secret") => {
            let mut keys = data_keys(value, &["data", "stringData"]);
            if value.get("type").and_then(Value::as_str) == Some("kubernetes.io/service-account-token")
                && let Keys::Known(known) = &mut keys
            {
                known.extend(["token", "ca.crt", "namespace"].map(|key| (SmolStr::from(key), value.origin)));
            }
            with_copies(value, made(DataKind::Secret, id.name.clone(), keys))
        }
        ("external-secrets.io", "ExternalSecret") => {
            let name = text(&["spec", "target", "name"]).unwrap_or_else(|| id.name.clone());
            external_secret_keys(value.get("spec")).map(|keys| made(DataKind::Secret, name, keys)).into_iter().collect()
        }
        ("external-secrets.io", "ClusterExternalSecret") => {
            let spec = value.pointer(&["spec", "externalSecretSpec"]);
            let name = text(&["spec", "externalSecretSpec", "target", "name"])
                .or_else(|| text(&["spec", "externalSecretName"]))
                .unwrap_or_else(|| id.name.clone());
            external_secret_keys(spec).map(|keys| made(DataKind::Secret, name, keys)).into_iter().collect()
        }
        ("bitnami.com", "SealedSecret") => {
            // The controller gives the Secret the name and namespace of the SealedSecret, whatever the template says.
            let mut keys = entry_keys(value.pointer(&["spec", "encryptedData"]));
            keys.extend(entry_keys(value.pointer(&["spec", "template", "data"])));
            vec![made(DataKind::Secret, id.name.clone(), Keys::Known(keys))]
        }
        ("cert-manager.io", "Issuer" | "ClusterIssuer") => value
            .pointer(&["spec", "acme", "privateKeySecretRef", "name"])
            .and_then(|name| Some((name.as_scalar()?.text.clone(), name.origin)))
            .map(|(name, origin)| made(DataKind::Secret, name, Keys::Known(vec![("tls.key".into(), origin)])))
            .into_iter()
            .collect(),
        ("networking.k8s.io", "Ingress") | ("gateway.networking.k8s.io", "Gateway") | ("", "Service") => {
            annotated_secrets(id, value).into_iter().map(|(name, keys)| made(DataKind::Secret, name, keys)).collect()
        }
        ("cert-manager.io", "Certificate") => secret(text(&["spec", "secretName"]), certificate_keys(value)),
        ("objectbucket.io", "ObjectBucketClaim") | ("trust.cert-manager.io", "Bundle") => both(),
        _ => open_secrets(id, value).into_iter().map(|name| made(DataKind::Secret, name, Keys::Open)).collect(),
    }
}

/// The names of the Secrets that an object makes with keys that nobody can tell.
fn open_secrets(id: &ObjectId, value: &Value) -> Vec<SmolStr> {
    let text = |keys: &[&str]| value.pointer(keys)?.as_scalar().map(|scalar| scalar.text.clone());
    match (id.group.as_str(), id.kind.as_str()) {
        ("onepassword.com", "OnePasswordItem") => vec![id.name.clone()],
        ("secrets.hashicorp.com", _) => text(&["spec", "destination", "name"]).into_iter().collect(),
        ("secrets.infisical.com", _) => text(&["spec", "managedSecretReference", "secretName"]).into_iter().collect(),
        ("isindir.github.com", "SopsSecret") => {
            let templates = value.pointer(&["spec", "secretTemplates"]).and_then(Value::as_sequence);
            let name = |template: &Value| Some(template.get("name")?.as_scalar()?.text.clone());
            templates.unwrap_or_default().iter().filter_map(name).collect()
        }
        _ => {
            let mut names = operator_secrets(id, value);
            names.extend(text(&["spec", "writeConnectionSecretToRef", "name"]));
            names.extend(text(&["spec", "writeOutputsToSecret", "name"]));
            names
        }
    }
}

/// The Secrets that others make because an annotation asks for them: cert-manager for an Ingress or a Gateway, `OpenShift` for a Service.
fn annotated_secrets(id: &ObjectId, value: &Value) -> Vec<(SmolStr, Keys)> {
    const SERVING: &[&str] =
        &["service.beta.openshift.io/serving-cert-secret-name", "service.alpha.openshift.io/serving-cert-secret-name"];
    let annotations = value.pointer(&["metadata", "annotations"]);
    let mut names: Vec<&Value> = Vec::new();
    if id.kind == "Service" {
        names.extend(SERVING.iter().filter_map(|name| annotations?.get(name)));
    } else if annotations.is_some_and(asks_for_certificate) {
        let items = |keys: &[&str]| value.pointer(keys).and_then(Value::as_sequence).unwrap_or_default().iter();
        names.extend(items(&["spec", "tls"]).filter_map(|one| one.get("secretName")));
        let listeners = items(&["spec", "listeners"]).filter_map(|one| one.pointer(&["tls", "certificateRefs"]));
        names.extend(listeners.flat_map(|all| all.as_sequence().unwrap_or_default()).filter_map(|one| one.get("name")));
    }
    let named = names.into_iter().filter_map(|name| Some((name.as_scalar()?.text.clone(), name.origin)));
    named.map(|(name, origin)| (name, tls_keys(origin))).collect()
}

/// Whether annotations ask cert-manager for a certificate.
pub(super) fn asks_for_certificate(annotations: &Value) -> bool {
    const ASKING: &[&str] = &["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"];
    ASKING.iter().any(|name| annotations.get(name).is_some())
}

/// The keys of the Secret of a certificate.
pub(super) fn tls_keys(origin: Origin) -> Keys {
    Keys::Known(["tls.crt", "tls.key", "ca.crt"].into_iter().map(|key| (SmolStr::from(key), origin)).collect())
}

/// The Secrets that operators of databases make and name after their objects.
fn operator_secrets(id: &ObjectId, value: &Value) -> Vec<SmolStr> {
    let name = &id.name;
    match (id.group.as_str(), id.kind.as_str()) {
        ("postgresql.cnpg.io", "Cluster") => vec![format!("{name}-app").into(), format!("{name}-superuser").into()],
        ("db.movetokube.com", "PostgresUser") => {
            let prefix = value.pointer(&["spec", "secretName"]).and_then(Value::as_scalar);
            prefix.map(|prefix| format!("{}-{name}", prefix.text).into()).into_iter().collect()
        }
        ("postgres-operator.crunchydata.com", "PostgresCluster") => {
            let users = value.pointer(&["spec", "users"]).and_then(Value::as_sequence).unwrap_or_default();
            let users = users.iter().filter_map(|user| Some(user.get("name")?.as_scalar()?.text.clone()));
            users.chain([name.clone()]).map(|user| format!("{name}-pguser-{user}").into()).collect()
        }
        _ => Vec::new(),
    }
}

fn with_copies(value: &Value, one: Produced) -> Vec<Produced> {
    let copies = copied_into(value).into_iter().map(|namespace| Produced { namespace, ..one.clone() });
    let copies: Vec<Produced> = copies.filter(|copy| copy.namespace != one.namespace).collect();
    [vec![one], copies].concat()
}

fn data_keys(value: &Value, fields: &[&str]) -> Keys {
    // A mirror of another object has whatever that has.
    let annotations = value.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    if annotations.is_some_and(|annotations| {
        annotations.keys().any(|key| key.ends_with("/reflects") || key.ends_with("/replicate-from"))
    }) {
        return Keys::Open;
    }
    Keys::Known(fields.iter().flat_map(|field| entry_keys(value.get(field))).collect())
}

fn entry_keys(mapping: Option<&Value>) -> Vec<(SmolStr, Origin)> {
    let entries = mapping.and_then(Value::as_mapping).into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.origin)).collect()
}

/// The keys that an ExternalSecret writes; `None` if it writes no Secret.
fn external_secret_keys(spec: Option<&Value>) -> Option<Keys> {
    let external = ExternalSecret::of(spec?);
    external.writes.then(|| if external.open { Keys::Open } else { Keys::Known(external.keys()) })
}

/// The keys of a certificate's Secret: those of every TLS Secret, and what else is asked for. Facts from cert-manager.
fn certificate_keys(certificate: &Value) -> Keys {
    let at = |value: &Value| value.origin;
    let name = certificate.pointer(&["spec", "secretName"]).map_or(certificate.origin, at);
    let Keys::Known(mut keys) = tls_keys(name) else { return Keys::Open };
    let formats = certificate.pointer(&["spec", "additionalOutputFormats"]).and_then(Value::as_sequence);
    for format in formats.unwrap_or_default() {
        let key = match format.get("type").and_then(Value::as_str) {
            Some("CombinedPEM") => "tls-combined.pem",
            Some("DER") => "key.der",
            _ => continue,
        };
        keys.push((key.into(), format.origin));
    }
    let stores = [("jks", ["keystore.jks", "truststore.jks"]), ("pkcs12", ["keystore.p12", "truststore.p12"])];
    for (kind, names) in stores {
        if let Some(store) = certificate.pointer(&["spec", "keystores", kind]) {
            keys.extend(names.into_iter().map(|name| (SmolStr::from(name), store.origin)));
        }
    }
    Keys::Known(keys)
}

/// The copies of a Secret or ConfigMap that reflector or replicator make because it asks for them by annotation, by namespace; a pattern means any.
fn copied_into(value: &Value) -> Vec<Option<SmolStr>> {
    const ASKING: &[&str] =
        &["reflector.v1.k8s.emberstack.com/reflection-auto-namespaces", "replicator.v1.mittwald.de/replicate-to"];
    const EVERYWHERE: &[&str] = &["reflector.v1.k8s.emberstack.com/reflection-auto-enabled", "kubed.appscode.com/sync"];
    let annotation = |name: &str| value.pointer(&["metadata", "annotations", name]).and_then(Value::as_scalar);
    let listed: Vec<Option<SmolStr>> = ASKING
        .iter()
        .filter_map(|name| annotation(name))
        .flat_map(|list| {
            list.text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        })
        .map(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then(|| name.into()))
        .collect();
    if listed.is_empty() && EVERYWHERE.iter().any(|name| annotation(name).is_some_and(|on| on.text != "false")) {
        return vec![None];
    }
    listed
}

/// All Secrets and ConfigMaps of a repository, by kind and name.
#[derive(Clone, Debug, Default)]
pub struct Producers {
    by_name: BTreeMap<(DataKind, SmolStr), Vec<Produced>>,
}

impl Producers {
    /// Those with this kind and name that may be the one meant in `namespace`: the same namespace, or one of the two is not known.
    pub fn find(&self, kind: DataKind, name: &str, namespace: Option<&str>) -> Vec<&Produced> {
        let all = self.by_name.get(&(kind, name.into())).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|one| may_be_same(one.namespace.as_deref(), namespace)).collect()
    }

    /// All names of one kind in a namespace (or of unknown namespace), for suggestions.
    pub fn names<'a>(&'a self, kind: DataKind, namespace: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        self.by_name
            .iter()
            .filter(move |((of, _), all)| {
                *of == kind && all.iter().any(|one| may_be_same(one.namespace.as_deref(), namespace))
            })
            .map(|((_, name), _)| name.as_str())
    }
}

fn may_be_same(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

impl Extend<Produced> for Producers {
    fn extend<T: IntoIterator<Item = Produced>>(&mut self, iter: T) {
        for one in iter {
            let all = self.by_name.entry((one.kind, one.name.clone())).or_default();
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
}

impl FromIterator<Produced> for Producers {
    fn from_iter<T: IntoIterator<Item = Produced>>(iter: T) -> Self {
        let mut producers = Self::default();
        producers.extend(iter);
        producers
    }
}
