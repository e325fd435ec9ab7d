//! Stores: where External Secrets reads and writes, by provider, and of Vault everything that leads to an entry.
//!
//! Facts from the provider's source in external-secrets: how a path is put together from mount, version and key. Must not know who reads a store.

use smol_str::SmolStr;

use crate::{
    manifest::ObjectId,
    yaml::{Origin, Value},
};

/// A SecretStore or ClusterSecretStore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Its identity.
    pub id: ObjectId,
    /// The provider as people call it.
    pub provider: &'static str,
    /// The address of the service, or the account there, as far as one is written.
    pub address: Option<SmolStr>,
    /// Where the store is written.
    pub origin: Origin,
    /// What is known of Vault.
    pub vault: Option<Vault>,
    /// The namespace that a store of Kubernetes' own Secrets reads from, if it reads in this cluster.
    pub remote_namespace: Option<SmolStr>,
    /// The namespaces that may use a ClusterSecretStore, where only some may.
    conditions: Vec<Condition>,
}

/// One condition of a ClusterSecretStore.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    namespaces: Vec<SmolStr>,
    /// Labels or patterns decide too, and nobody can tell offline.
    open: bool,
}

/// Vault as a store uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vault {
    /// The address of the server.
    pub server: SmolStr,
    /// The namespace in Vault, if it has such.
    pub namespace: Option<SmolStr>,
    /// The mount path of the engine, if the store says it.
    pub mount: Option<SmolStr>,
    /// Whether the engine is of version 2, which is the default.
    pub version_2: bool,
    /// How the store logs in.
    pub auth: VaultAuth,
    /// Where the mount path, or else the server, is written.
    pub origin: Origin,
}

/// How a store logs in to Vault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VaultAuth {
    /// The method: `kubernetes`, `appRole`, `token`, `jwt`, `ldap`, `userPass`, `cert`, `iam`; empty if none is written.
    pub method: SmolStr,
    /// The mount path of the method.
    pub mount: SmolStr,
    /// The role, where the method has one by name.
    pub role: Option<SmolStr>,
    /// The service account whose token is shown, with its namespace if that is written.
    pub account: Option<(SmolStr, Option<SmolStr>)>,
    /// The audiences of that token.
    pub audiences: Vec<SmolStr>,
}

/// The providers by the field of `spec.provider`, with the name that people use and the field that says where.
const PROVIDERS: &[(&str, &str, &str)] = &[
    ("akeyless", "Akeyless", "akeylessGWApiURL"),
    ("alibaba", "Alibaba Cloud KMS", "regionID"),
    ("aws", "AWS", "region"),
    ("azurekv", "Azure Key Vault", "vaultUrl"),
    ("barbican", "OpenStack Barbican", "authURL"),
    ("beyondtrust", "BeyondTrust", ""),
    ("bitwardensecretsmanager", "Bitwarden", "projectID"),
    ("chef", "Chef", "serverUrl"),
    ("cloudrusm", "Cloud.ru", "projectID"),
    ("conjur", "Conjur", "url"),
    ("delinea", "Delinea", "tenant"),
    ("device42", "Device42", "host"),
    ("doppler", "Doppler", "project"),
    ("fake", "a store for tests", ""),
    ("fortanix", "Fortanix", "apiUrl"),
    ("gcpsm", "Google Secret Manager", "projectID"),
    ("github", "GitHub Actions", "organization"),
    ("gitlab", "GitLab", "projectID"),
    ("ibm", "IBM Secrets Manager", "serviceUrl"),
    ("infisical", "Infisical", "hostAPI"),
    ("keepersecurity", "Keeper", "folderID"),
    ("kubernetes", "Kubernetes", "remoteNamespace"),
    ("onboardbase", "Onboardbase", "apiHost"),
    ("onepassword", "1Password", "connectHost"),
    ("onepasswordSDK", "1Password", "vault"),
    ("oracle", "Oracle Vault", "vault"),
    ("passbolt", "Passbolt", "host"),
    ("passworddepot", "Password Depot", "host"),
    ("previder", "Previder", "baseUri"),
    ("pulumi", "Pulumi ESC", "organization"),
    ("scaleway", "Scaleway", "projectId"),
    ("secretserver", "Secret Server", "serverURL"),
    ("senhasegura", "senhasegura", "url"),
    ("vault", "Vault", "server"),
    ("webhook", "a webhook", ""),
    ("yandexcertificatemanager", "Yandex Certificate Manager", ""),
    ("yandexlockbox", "Yandex Lockbox", ""),
];

fn text(value: Option<&Value>) -> Option<SmolStr> {
    value?.as_scalar().map(|scalar| scalar.text.clone()).filter(|text| !text.is_empty())
}

impl Store {
    /// Reads a store; `None` for other objects.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        let is_store =
            id.group == "external-secrets.io" && matches!(id.kind.as_str(), "SecretStore" | "ClusterSecretStore");
        let provider = value.pointer(&["spec", "provider"]).filter(|_| is_store)?;
        let (field, settings) = provider.as_mapping()?.iter().next()?;
        let known = PROVIDERS.iter().find(|(known, ..)| known == field);
        let (_, name, address) = known.copied().unwrap_or(("", "another provider", ""));
        let name = match (name, text(settings.get("service")).as_deref()) {
            ("AWS", Some("ParameterStore")) => "AWS Parameter Store",
            ("AWS", _) => "AWS Secrets Manager",
            (name, _) => name,
        };
        let is_local = settings
            .pointer(&["server", "url"])
            .is_none_or(|url| text(Some(url)).is_some_and(|url| url.contains("kubernetes.default")));
        let remote = text(settings.get("remoteNamespace")).unwrap_or_else(|| "default".into());
        Some(Self {
            provider: name,
            address: text(settings.get(address)),
            origin: value.origin,
            vault: (field == "vault").then(|| Vault::of(settings)),
            remote_namespace: (field == "kubernetes" && is_local).then_some(remote),
            conditions: conditions(value),
            id: id.clone(),
        })
    }

    /// What stands for a store where an object talks to Vault by itself.
    pub(super) fn of_vault(id: &ObjectId, origin: Origin, vault: Vault) -> Self {
        let address = Some(vault.server.clone());
        let (remote_namespace, conditions) = (None, Vec::new());
        Self { id: id.clone(), provider: "Vault", address, origin, vault: Some(vault), remote_namespace, conditions }
    }

    /// Whether objects of a namespace may use the store, as far as that can be told.
    pub fn serves(&self, namespace: Option<&str>) -> bool {
        let Some(namespace) = namespace else { return true };
        if self.id.kind == "SecretStore" {
            return self.id.namespace.as_deref().is_none_or(|own| own == namespace);
        }
        self.conditions.is_empty()
            || self.conditions.iter().any(|one| one.open || one.namespaces.iter().any(|name| name == namespace))
    }

    /// What is said of the store behind an entry: `Vault, KV v2, read by role jupyterhub`.
    pub fn description(&self) -> String {
        let Some(vault) = &self.vault else {
            let address = self.address.as_ref().map(|address| format!(" {address}")).unwrap_or_default();
            return format!("{}{address}", self.provider);
        };
        let version = if vault.version_2 { "KV v2" } else { "KV v1" };
        let auth = &vault.auth;
        let reader = match (auth.method.as_str(), &auth.role) {
            (_, Some(role)) => format!(", role {role}"),
            ("appRole", None) => format!(", AppRole at {}", auth.mount),
            ("", None) => String::new(),
            (method, None) => format!(", {method}"),
        };
        format!("{}, {version}{reader}", self.provider)
    }

    /// An entry of the store as people write it in the store's own tools, without the property.
    pub fn entry(&self, key: &str) -> String {
        self.vault.as_ref().map_or_else(|| key.to_owned(), |vault| vault.paths(key).entry)
    }
}

fn conditions(store: &Value) -> Vec<Condition> {
    let all = store.pointer(&["spec", "conditions"]).and_then(Value::as_sequence).unwrap_or_default();
    let read = |condition: &Value| Condition {
        namespaces: condition
            .get("namespaces")
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .iter()
            .filter_map(|name| text(Some(name)))
            .collect(),
        open: condition.get("namespaceSelector").is_some() || condition.get("namespaceRegexes").is_some(),
    };
    all.iter().map(read).collect()
}

/// The spellings of one entry of Vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultPaths {
    /// As `vault kv get` takes it: mount and name.
    pub entry: String,
    /// As a policy must name what is read.
    pub data: String,
    /// As a policy must name the entry's metadata; the same as `data` in version 1, which has none.
    pub metadata: String,
    /// Whether the name begins with `data/` although the store adds that itself, which is hardly ever meant.
    pub data_twice: bool,
}

impl Vault {
    pub(super) fn of(settings: &Value) -> Self {
        let mount = settings.get("path");
        let origin = mount.or_else(|| settings.get("server")).unwrap_or(settings).origin;
        Self {
            server: text(settings.get("server")).unwrap_or_default(),
            namespace: text(settings.get("namespace")),
            mount: text(mount).map(|mount| mount.trim_matches('/').into()),
            version_2: text(settings.get("version")).is_none_or(|version| version != "v1"),
            auth: VaultAuth::of(settings.get("auth")),
            origin,
        }
    }

    /// What a key of this store means in Vault.
    ///
    /// With a mount in the store, a leading mount and then a leading `data/` of the key are dropped. Without one, the first part of the key is the mount.
    pub fn paths(&self, key: &str) -> VaultPaths {
        let key = key.trim_matches('/');
        let (mount, name) = match &self.mount {
            Some(mount) => {
                let below = key.strip_prefix(mount.as_str()).and_then(|rest| rest.strip_prefix('/'));
                let name = match below {
                    Some(below) if self.version_2 => below.strip_prefix("data/").unwrap_or(below),
                    Some(below) => below,
                    None => key,
                };
                (mount.as_str(), name)
            }
            None => {
                let (mount, name) = key.split_once('/').unwrap_or((key, ""));
                let name = if self.version_2 { name.strip_prefix("data/").unwrap_or(name) } else { name };
                (mount, name)
            }
        };
        let join = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        let entry = join(&[mount, name]);
        let (data, metadata) = if self.version_2 {
            (join(&[mount, "data", name]), join(&[mount, "metadata", name]))
        } else {
            (entry.clone(), entry.clone())
        };
        let data_twice = self.version_2 && self.mount.is_some() && name.starts_with("data/");
        VaultPaths { entry, data, metadata, data_twice }
    }
}

impl VaultAuth {
    fn of(auth: Option<&Value>) -> Self {
        const METHODS: &[(&str, &str)] = &[
            ("kubernetes", "kubernetes"),
            ("appRole", "approle"),
            ("jwt", "jwt"),
            ("ldap", "ldap"),
            ("userPass", "userpass"),
            ("cert", "cert"),
            ("iam", "aws"),
            ("tokenSecretRef", "token"),
        ];
        let method = METHODS.iter().find_map(|(method, mount)| Some((*method, *mount, auth?.get(method)?)));
        let Some((method, default, settings)) = method else {
            return Self { method: "".into(), mount: "".into(), role: None, account: None, audiences: Vec::new() };
        };
        let token = settings.get("kubernetesServiceAccountToken").unwrap_or(settings);
        let account = token.get("serviceAccountRef").or_else(|| settings.pointer(&["jwt", "serviceAccountRef"]));
        let audiences = account
            .and_then(|account| account.get("audiences"))
            .or_else(|| token.get("audiences"))
            .and_then(Value::as_sequence)
            .unwrap_or_default();
        let mount = text(settings.get("mountPath")).or_else(|| text(settings.get("path")));
        Self {
            method: if method == "tokenSecretRef" { "token".into() } else { method.into() },
            mount: mount.unwrap_or_else(|| default.into()),
            role: text(settings.get("role")).or_else(|| text(settings.get("vaultRole"))),
            account: account.and_then(|account| Some((text(account.get("name"))?, text(account.get("namespace"))))),
            audiences: audiences.iter().filter_map(|one| text(Some(one))).collect(),
        }
    }
}
