//! The least that Vault must allow: for each role the paths that the repository reads and writes, and who may take the role.
//!
//! Facts from the provider in external-secrets: what it asks of Vault for each kind of access. Must not know the syntax of policies.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{
    Store, Vault, VaultAuth,
    external_secret::{ExternalSecret, NamedKind, Read},
    wiring::namespaces_of,
};
use crate::{
    manifest::{ObjectId, RenderedObject},
    yaml::Value,
};

/// What one role of Vault must be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultPolicy {
    /// The address of the server.
    pub server: SmolStr,
    /// The namespace in Vault.
    pub namespace: Option<SmolStr>,
    /// What the policy is called here: as the role, else as the store.
    pub name: String,
    /// How the stores log in.
    pub auth: VaultAuth,
    /// The stores that use the role.
    pub stores: BTreeSet<ObjectId>,
    /// The objects that read and write through them.
    pub users: BTreeSet<ObjectId>,
    /// The paths, as policies name them, with what must be allowed there, sorted.
    pub paths: BTreeMap<String, BTreeSet<&'static str>>,
    /// The service accounts that log in, by namespace and name.
    pub accounts: BTreeSet<(Option<SmolStr>, SmolStr)>,
}

/// What the objects of one cluster need of Vault; with a namespace only what the objects there do.
pub fn vault_policies(objects: &[RenderedObject], namespace: Option<&str>) -> Vec<VaultPolicy> {
    let stores: Vec<Store> = objects.iter().filter_map(|object| Store::of(&object.id, &object.value)).collect();
    let mut needs = Needs { stores: &stores, only: namespace, policies: BTreeMap::new() };
    for object in objects {
        let value = &*object.value;
        match (object.id.group.as_str(), object.id.kind.as_str()) {
            ("external-secrets.io", "ExternalSecret") => {
                needs.external(&object.id, value.get("spec"), std::slice::from_ref(&object.id.namespace));
            }
            ("external-secrets.io", "ClusterExternalSecret") => {
                let spec = value.pointer(&["spec", "externalSecretSpec"]);
                needs.external(&object.id, spec, &namespaces_of(objects, value));
            }
            ("external-secrets.io", "PushSecret") => needs.push(&object.id, value),
            ("generators.external-secrets.io", "VaultDynamicSecret") => needs.dynamic(&object.id, value),
            _ => {}
        }
    }
    needs.policies.into_values().collect()
}

type Role = (SmolStr, Option<SmolStr>, VaultAuthKey);
/// Method, mount, and the role or else the store that stands for it.
type VaultAuthKey = (SmolStr, SmolStr, SmolStr);

struct Needs<'n> {
    stores: &'n [Store],
    only: Option<&'n str>,
    policies: BTreeMap<Role, VaultPolicy>,
}

fn text(value: Option<&Value>) -> Option<SmolStr> {
    value?.as_scalar().map(|scalar| scalar.text.clone()).filter(|text| !text.is_empty())
}

const READ: &[&str] = &["read"];

impl<'n> Needs<'n> {
    fn external(&mut self, id: &ObjectId, spec: Option<&Value>, namespaces: &[Option<SmolStr>]) {
        let Some(spec) = spec.map(ExternalSecret::of) else { return };
        let asked: Vec<&Option<SmolStr>> = namespaces.iter().filter(|one| self.is_asked(one.as_deref())).collect();
        for namespace in asked {
            for item in &spec.items {
                let Some(store) = self.store(item.store.as_ref().or(spec.store.as_ref()), namespace.as_deref()) else {
                    continue;
                };
                let Some(vault) = &store.vault else { continue };
                let policy = self.policy(store, vault, id, namespace.as_ref());
                match &item.read {
                    Read::Entry { key, metadata, .. } => {
                        let paths = vault.paths(key);
                        policy.allow(paths.data, READ);
                        if *metadata && vault.version_2 {
                            policy.allow(paths.metadata, READ);
                        }
                    }
                    Read::Find { path } => {
                        let paths = vault.paths(path);
                        policy.allow(format!("{}/*", paths.data), READ);
                        policy.allow(format!("{}/*", paths.metadata), &["list", "read"]);
                    }
                    Read::Generator(_) => {}
                }
            }
        }
    }

    fn push(&mut self, id: &ObjectId, value: &Value) {
        if !self.is_asked(id.namespace.as_deref()) {
            return;
        }
        let deletes = value.pointer(&["spec", "deletionPolicy"]).and_then(Value::as_str) == Some("Delete");
        let refs = value.pointer(&["spec", "secretStoreRefs"]).and_then(Value::as_sequence).unwrap_or_default();
        let data = value.pointer(&["spec", "data"]).and_then(Value::as_sequence).unwrap_or_default();
        for reference in refs {
            let Some(name) = text(reference.get("name")) else { continue };
            let kind = text(reference.get("kind")).unwrap_or_else(|| "SecretStore".into());
            let reference = NamedKind { kind, name, origin: reference.origin };
            let Some(store) = self.store(Some(&reference), id.namespace.as_deref()) else { continue };
            let Some(vault) = &store.vault else { continue };
            let policy = self.policy(store, vault, id, id.namespace.as_ref());
            let keys = data.iter().filter_map(|entry| text(entry.pointer(&["match", "remoteRef", "remoteKey"])));
            for paths in keys.map(|key| vault.paths(&key)) {
                // The metadata says whether the entry is its own to write.
                for path in [paths.data, paths.metadata] {
                    policy.allow(path.clone(), &["create", "read", "update"]);
                    policy.allow(path, if deletes { &["delete"] } else { &[] });
                }
            }
        }
    }

    fn dynamic(&mut self, id: &ObjectId, value: &Value) {
        let Some(provider) = value.pointer(&["spec", "provider"]).filter(|_| self.is_asked(id.namespace.as_deref()))
        else {
            return;
        };
        let vault = Vault::of(provider);
        let Some(path) = text(value.pointer(&["spec", "path"])) else { return };
        let allowed: &[&str] = match text(value.pointer(&["spec", "method"])).as_deref() {
            Some("POST" | "PUT") => &["create", "update"],
            Some("LIST") => &["list"],
            _ => READ,
        };
        let store = Store::of_vault(id, value.origin, vault.clone());
        self.policy(&store, &vault, id, id.namespace.as_ref()).allow(path.trim_matches('/').to_owned(), allowed);
    }

    fn is_asked(&self, namespace: Option<&str>) -> bool {
        self.only.is_none_or(|only| namespace.is_none_or(|namespace| namespace == only))
    }

    fn store(&self, reference: Option<&NamedKind>, namespace: Option<&str>) -> Option<&'n Store> {
        let reference = reference?;
        self.stores
            .iter()
            .find(|store| store.id.kind == reference.kind && store.id.name == reference.name && store.serves(namespace))
    }

    fn policy(
        &mut self,
        store: &Store,
        vault: &Vault,
        user: &ObjectId,
        namespace: Option<&SmolStr>,
    ) -> &mut VaultPolicy {
        let auth = &vault.auth;
        let called =
            store.id.namespace.iter().chain([&store.id.name]).map(SmolStr::as_str).collect::<Vec<_>>().join("-");
        let name = auth.role.as_ref().map_or(called, ToString::to_string);
        let key = (auth.method.clone(), auth.mount.clone(), name.clone().into());
        let policy =
            self.policies.entry((vault.server.clone(), vault.namespace.clone(), key)).or_insert_with(|| VaultPolicy {
                server: vault.server.clone(),
                namespace: vault.namespace.clone(),
                name,
                auth: auth.clone(),
                stores: BTreeSet::new(),
                users: BTreeSet::new(),
                paths: BTreeMap::new(),
                accounts: BTreeSet::new(),
            });
        policy.stores.insert(store.id.clone());
        policy.users.insert(user.clone());
        // Without a namespace of its own, the account of a cluster-wide store is that of whoever uses it.
        policy.accounts.extend(auth.account.iter().map(|(name, own)| {
            let home = if store.id.is_cluster_scoped() { own.clone() } else { store.id.namespace.clone() };
            (home.or_else(|| namespace.cloned()), name.clone())
        }));
        policy
    }
}

impl VaultPolicy {
    fn allow(&mut self, path: String, capabilities: &[&'static str]) {
        self.paths.entry(path).or_default().extend(capabilities);
    }
}
