//! The rows of the table of references, by project.
//!
//! Facts from the API references of the projects. Must not know how they are read.

mod argo;
mod flux;
mod kubernetes;
mod operators;
mod secrets;

use super::reference::Table;

/// All tables.
pub(super) static TABLES: &[Table] = &[
    kubernetes::PODS,
    kubernetes::CLAIM_TEMPLATES,
    kubernetes::SERVICE_ACCOUNTS,
    kubernetes::ROLE_BINDINGS,
    kubernetes::AUTOSCALERS,
    kubernetes::VOLUMES,
    kubernetes::STORAGE_CLASSES,
    kubernetes::INGRESSES,
    kubernetes::GATEWAYS,
    kubernetes::ROUTES,
    kubernetes::ISSUER_ANNOTATIONS,
    secrets::CERTIFICATES,
    secrets::ISSUERS,
    secrets::EXTERNAL_SECRETS,
    secrets::PUSH_SECRETS,
    secrets::STORES,
    secrets::GENERATORS,
    secrets::SEALED_SECRETS,
    secrets::VAULT_OPERATOR,
    flux::SOURCES,
    flux::HELM_CHARTS,
    flux::KUSTOMIZATIONS,
    flux::HELM_RELEASES,
    flux::NOTIFICATIONS,
    flux::IMAGES,
    argo::APPLICATIONS,
    argo::GENERATORS,
    operators::MONITORS,
    operators::PROMETHEUS,
    operators::GRAFANA,
];

/// The group of Secrets, ConfigMaps and other core kinds.
const CORE: &str = "";
const SECRET: super::reference::To = super::reference::To::Kind(CORE, "Secret");
const CONFIG_MAP: super::reference::To = super::reference::To::Kind(CORE, "ConfigMap");
const SERVICE_ACCOUNT: super::reference::To = super::reference::To::Kind(CORE, "ServiceAccount");
const SERVICE: super::reference::To = super::reference::To::Kind(CORE, "Service");
