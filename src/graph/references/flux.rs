//! Flux.
//!
//! Must not know other projects.

use super::{
    super::reference::{Field, Key, Place, Table, To},
    CONFIG_MAP, CORE, SECRET, SERVICE_ACCOUNT,
};
use crate::flux::group;

const fn to(at: &'static str, to: To, name: &'static str) -> Field {
    Field::new(at, to, name)
}

const HELM_REPOSITORY: &str = "HelmRepository";
/// kustomize-controller and helm-controller read the first of `value` and `value.yaml` that is there.
const KUBE_CONFIG: Field = to("kubeConfig.secretRef", SECRET, "name").key(Key::Field("key"));
const KUBE_CONFIG_MAP: Field = to("kubeConfig.configMapRef", CONFIG_MAP, "name");
const SERVICE_ACCOUNT_NAME: Field = to("serviceAccountName", SERVICE_ACCOUNT, "");

pub(super) const SOURCES: Table = Table {
    title: "Sources of Flux",
    places: &[Place {
        group: group::SOURCE,
        kinds: &["GitRepository", "HelmRepository", "OCIRepository", "Bucket"],
        at: "spec",
    }],
    fields: &[
        to("secretRef", SECRET, "name"),
        to("certSecretRef", SECRET, "name"),
        to("proxySecretRef", SECRET, "name"),
        to("verify.secretRef", SECRET, "name"),
        to("include[].repository", To::Kind(group::SOURCE, "GitRepository"), "name"),
        SERVICE_ACCOUNT_NAME,
    ],
};

pub(super) const HELM_CHARTS: Table = Table {
    title: "HelmCharts",
    places: &[Place { group: group::SOURCE, kinds: &["HelmChart"], at: "spec" }],
    fields: &[
        to("sourceRef", To::Written(group::SOURCE, HELM_REPOSITORY), "name"),
        to("verify.secretRef", SECRET, "name"),
    ],
};

pub(super) const KUSTOMIZATIONS: Table = Table {
    title: "Kustomizations of Flux",
    places: &[Place { group: group::KUSTOMIZE, kinds: &["Kustomization"], at: "spec" }],
    fields: &[
        to("sourceRef", To::Written(group::SOURCE, "GitRepository"), "name").namespace("namespace"),
        to("dependsOn[]", To::Kind(group::KUSTOMIZE, "Kustomization"), "name").namespace("namespace"),
        to("postBuild.substituteFrom[]", To::Written(CORE, ""), "name"),
        to("decryption.secretRef", SECRET, "name"),
        to("decryption.serviceAccountName", SERVICE_ACCOUNT, ""),
        to("healthChecks[]", To::Written(CORE, ""), "name").namespace("namespace"),
        KUBE_CONFIG,
        KUBE_CONFIG_MAP,
        SERVICE_ACCOUNT_NAME,
    ],
};

pub(super) const HELM_RELEASES: Table = Table {
    title: "HelmReleases",
    places: &[Place { group: group::HELM, kinds: &["HelmRelease"], at: "spec" }],
    fields: &[
        to("chart.spec.sourceRef", To::Written(group::SOURCE, HELM_REPOSITORY), "name").namespace("namespace"),
        to("chart.spec.verify.secretRef", SECRET, "name"),
        to("chartRef", To::Written(group::SOURCE, ""), "name").namespace("namespace"),
        to("dependsOn[]", To::Kind(group::HELM, "HelmRelease"), "name").namespace("namespace"),
        to("valuesFrom[]", To::Written(CORE, ""), "name").key(Key::Or("valuesKey", "values.yaml")),
        KUBE_CONFIG,
        KUBE_CONFIG_MAP,
        SERVICE_ACCOUNT_NAME,
    ],
};

pub(super) const NOTIFICATIONS: Table = Table {
    title: "Alerts, Providers and Receivers",
    places: &[Place { group: "notification.toolkit.fluxcd.io", kinds: &["Alert", "Provider", "Receiver"], at: "spec" }],
    fields: &[
        to("providerRef", To::Kind("notification.toolkit.fluxcd.io", "Provider"), "name"),
        to("eventSources[]", To::Written(group::KUSTOMIZE, ""), "name").namespace("namespace"),
        to("resources[]", To::Written(group::SOURCE, ""), "name").namespace("namespace"),
        to("secretRef", SECRET, "name"),
        to("certSecretRef", SECRET, "name"),
        to("proxySecretRef", SECRET, "name"),
        SERVICE_ACCOUNT_NAME,
    ],
};

pub(super) const IMAGES: Table = Table {
    title: "Image automation",
    places: &[Place {
        group: group::IMAGE,
        kinds: &["ImageRepository", "ImagePolicy", "ImageUpdateAutomation"],
        at: "spec",
    }],
    fields: &[
        to("imageRepositoryRef", To::Kind(group::IMAGE, "ImageRepository"), "name").namespace("namespace"),
        to("sourceRef", To::Written(group::SOURCE, "GitRepository"), "name").namespace("namespace"),
        to("git.commit.signingKey.secretRef", SECRET, "name"),
        to("secretRef", SECRET, "name"),
        to("certSecretRef", SECRET, "name"),
        to("proxySecretRef", SECRET, "name"),
        SERVICE_ACCOUNT_NAME,
    ],
};
