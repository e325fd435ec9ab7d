//! The operators of Prometheus and Grafana.
//!
//! Must not know other projects.

use super::{
    super::reference::{Field, Key, Place, Table, To},
    CONFIG_MAP, SECRET, SERVICE_ACCOUNT,
};

const fn to(at: &'static str, to: To, name: &'static str) -> Field {
    Field::new(at, to, name)
}

const fn secret(at: &'static str) -> Field {
    to(at, SECRET, "name").key(Key::Field("key"))
}

const fn config_map(at: &'static str) -> Field {
    to(at, CONFIG_MAP, "name").key(Key::Field("key"))
}

const MONITORING: &str = "monitoring.coreos.com";

pub(super) const MONITORS: Table = Table {
    title: "Endpoints of the Prometheus operator",
    places: &[
        Place { group: MONITORING, kinds: &["ServiceMonitor"], at: "spec.endpoints[]" },
        Place { group: MONITORING, kinds: &["PodMonitor"], at: "spec.podMetricsEndpoints[]" },
        Place { group: MONITORING, kinds: &["Probe", "ScrapeConfig"], at: "spec" },
        Place { group: MONITORING, kinds: &["Prometheus", "PrometheusAgent"], at: "spec.remoteWrite[]" },
        Place { group: MONITORING, kinds: &["Prometheus"], at: "spec.remoteRead[]" },
    ],
    fields: &[
        secret("basicAuth.username"),
        secret("basicAuth.password"),
        secret("authorization.credentials"),
        secret("bearerTokenSecret"),
        secret("oauth2.clientSecret"),
        secret("oauth2.clientId.secret"),
        config_map("oauth2.clientId.configMap"),
        secret("tlsConfig.ca.secret"),
        config_map("tlsConfig.ca.configMap"),
        secret("tlsConfig.cert.secret"),
        config_map("tlsConfig.cert.configMap"),
        secret("tlsConfig.keySecret"),
    ],
};

pub(super) const PROMETHEUS: Table = Table {
    title: "Prometheus, Alertmanager and ThanosRuler",
    places: &[Place {
        group: MONITORING,
        kinds: &["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"],
        at: "spec",
    }],
    fields: &[
        secret("additionalScrapeConfigs"),
        secret("additionalAlertManagerConfigs"),
        secret("additionalAlertRelabelConfigs"),
        secret("thanos.objectStorageConfig"),
        secret("objectStorageConfig"),
        to("configSecret", SECRET, ""),
        to("secrets[]", SECRET, ""),
        to("configMaps[]", CONFIG_MAP, ""),
        to("imagePullSecrets[]", SECRET, "name"),
        to("serviceAccountName", SERVICE_ACCOUNT, ""),
        to("storage.volumeClaimTemplate.spec.storageClassName", To::Kind("storage.k8s.io", "StorageClass"), ""),
    ],
};

pub(super) const GRAFANA: Table = Table {
    title: "The Grafana operator",
    places: &[Place {
        group: "grafana.integreatly.org",
        kinds: &["GrafanaDatasource", "GrafanaDashboard"],
        at: "spec",
    }],
    fields: &[
        secret("valuesFrom[].valueFrom.secretKeyRef"),
        config_map("valuesFrom[].valueFrom.configMapKeyRef"),
        config_map("configMapRef"),
    ],
};
