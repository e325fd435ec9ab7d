//! What well-known charts do with Secrets: which values name one, which keys are read from it, which values are secrets themselves.
//!
//! Facts from the charts' templates and values. Must not know releases.

/// What is known of a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartFacts {
    /// The name of the chart.
    pub chart: &'static str,
    /// Values that name a Secret.
    pub names: &'static [ValueName],
    /// Values that are secrets, as ways with `*` for any key and `[]` for any item.
    pub secrets: &'static [&'static str],
}

/// A value that names a Secret.
#[derive(Clone, Copy, Debug)]
pub struct ValueName {
    /// The way to it in the chart's values.
    pub at: &'static str,
    /// What the chart reads.
    pub keys: ChartKeys,
}

/// Which keys of a Secret a chart reads.
#[derive(Clone, Copy, Debug)]
pub enum ChartKeys {
    /// All of them, or those that its program knows by itself.
    Whole,
    /// These.
    Fixed(&'static [&'static str]),
    /// Those that other values name, by their way; or else these.
    Named(&'static [(&'static str, &'static str)]),
    /// A document of values that the program merges over the chart's own, and keys that stand for single values; none is required.
    Values(&'static str, &'static [(&'static str, &'static str)]),
}

const fn name(at: &'static str, keys: ChartKeys) -> ValueName {
    ValueName { at, keys }
}

const fn whole(at: &'static str) -> ValueName {
    name(at, ChartKeys::Whole)
}

/// What is known of a chart with this name.
pub fn chart_facts(chart: &str) -> Option<&'static ChartFacts> {
    CHARTS.iter().find(|facts| facts.chart == chart)
}

/// All charts that something is known of, sorted by name.
pub fn charts() -> &'static [ChartFacts] {
    CHARTS
}

use ChartKeys::{Fixed, Named, Values};

/// Sorted by name.
static CHARTS: &[ChartFacts] = &[
    ChartFacts { chart: "cert-manager", names: &[whole("global.imagePullSecrets[].name")], secrets: &[] },
    ChartFacts {
        chart: "gpu-operator",
        names: &[
            whole("operator.imagePullSecrets[]"),
            whole("driver.imagePullSecrets[]"),
            whole("toolkit.imagePullSecrets[]"),
            whole("devicePlugin.imagePullSecrets[]"),
            whole("validator.imagePullSecrets[]"),
            whole("driver.licensingConfig.secretName"),
        ],
        secrets: &[],
    },
    ChartFacts {
        chart: "grafana",
        names: &[
            name(
                "admin.existingSecret",
                Named(&[("admin.userKey", "admin-user"), ("admin.passwordKey", "admin-password")]),
            ),
            name("smtp.existingSecret", Named(&[("smtp.userKey", "user"), ("smtp.passwordKey", "password")])),
            name("ldap.existingSecret", Fixed(&["ldap-toml"])),
            whole("envFromSecret"),
            whole("ingress.tls[].secretName"),
        ],
        secrets: &["adminPassword"],
    },
    ChartFacts {
        chart: "harbor",
        names: &[
            name("existingSecretAdminPassword", Named(&[("existingSecretAdminPasswordKey", "HARBOR_ADMIN_PASSWORD")])),
            name("existingSecretSecretKey", Fixed(&["secretKey"])),
            name("database.external.existingSecret", Fixed(&["password"])),
            name("redis.external.existingSecret", Fixed(&["REDIS_PASSWORD"])),
            name("core.existingSecret", Fixed(&["secret"])),
            name("core.secretName", Fixed(&["tls.crt", "tls.key"])),
            name("jobservice.existingSecret", Named(&[("jobservice.existingSecretKey", "JOBSERVICE_SECRET")])),
            name("registry.existingSecret", Named(&[("registry.existingSecretKey", "REGISTRY_HTTP_SECRET")])),
            name("registry.credentials.existingSecret", Fixed(&["REGISTRY_PASSWD", "REGISTRY_HTPASSWD"])),
            whole("persistence.imageChartStorage.s3.existingSecret"),
            whole("expose.tls.secret.secretName"),
            whole("imagePullSecrets[].name"),
        ],
        secrets: &["harborAdminPassword", "secretKey", "database.external.password", "redis.external.password"],
    },
    ChartFacts {
        chart: "ingress-nginx",
        names: &[whole("controller.extraArgs.default-ssl-certificate"), whole("imagePullSecrets[].name")],
        secrets: &[],
    },
    ChartFacts {
        chart: "jupyterhub",
        names: &[
            name(
                "hub.existingSecret",
                Values(
                    "values.yaml",
                    &[
                        ("hub.config.JupyterHub.cookie_secret", "hub.cookieSecret"),
                        ("hub.config.CryptKeeper.keys", "hub.config.CryptKeeper.keys"),
                        ("hub.db.password", "hub.db.password"),
                    ],
                ),
            ),
            name(
                "proxy.https.secret.name",
                Named(&[("proxy.https.secret.key", "tls.key"), ("proxy.https.secret.crt", "tls.crt")]),
            ),
            whole("ingress.tls[].secretName"),
            whole("imagePullSecrets[]"),
            whole("hub.image.pullSecrets[]"),
            whole("proxy.chp.image.pullSecrets[]"),
            whole("singleuser.image.pullSecrets[]"),
        ],
        secrets: &[
            "proxy.secretToken",
            "hub.cookieSecret",
            "hub.config.CryptKeeper.keys",
            "hub.config.*.client_secret",
            "hub.db.password",
            "hub.services.*.apiToken",
            "imagePullSecret.password",
        ],
    },
    ChartFacts {
        chart: "kube-prometheus-stack",
        names: &[
            name(
                "grafana.admin.existingSecret",
                Named(&[("grafana.admin.userKey", "admin-user"), ("grafana.admin.passwordKey", "admin-password")]),
            ),
            whole("grafana.envFromSecret"),
            whole("grafana.ingress.tls[].secretName"),
            whole("prometheus.ingress.tls[].secretName"),
            whole("alertmanager.ingress.tls[].secretName"),
            whole("alertmanager.alertmanagerSpec.configSecret"),
            name(
                "prometheus.prometheusSpec.additionalScrapeConfigsSecret.name",
                Named(&[("prometheus.prometheusSpec.additionalScrapeConfigsSecret.key", "")]),
            ),
            whole("prometheus.prometheusSpec.secrets[]"),
            whole("global.imagePullSecrets[].name"),
        ],
        secrets: &["grafana.adminPassword"],
    },
    ChartFacts {
        chart: "longhorn",
        names: &[whole("privateRegistry.registrySecret"), whole("defaultSettings.backupTargetCredentialSecret")],
        secrets: &["privateRegistry.registryPasswd"],
    },
    ChartFacts {
        chart: "oauth2-proxy",
        names: &[name("config.existingSecret", Fixed(&["client-id", "client-secret", "cookie-secret"]))],
        secrets: &["config.clientSecret", "config.cookieSecret"],
    },
    ChartFacts {
        chart: "postgresql",
        names: &[name(
            "auth.existingSecret",
            Named(&[
                ("auth.secretKeys.adminPasswordKey", "postgres-password"),
                ("auth.secretKeys.userPasswordKey", "password"),
            ]),
        )],
        secrets: &["auth.postgresPassword", "auth.password"],
    },
    ChartFacts {
        chart: "redis",
        names: &[name("auth.existingSecret", Named(&[("auth.existingSecretPasswordKey", "redis-password")]))],
        secrets: &["auth.password"],
    },
    ChartFacts {
        chart: "traefik",
        names: &[whole("tlsStore.default.defaultCertificate.secretName"), whole("deployment.imagePullSecrets[].name")],
        secrets: &[],
    },
    ChartFacts { chart: "velero", names: &[name("credentials.existingSecret", Fixed(&["cloud"]))], secrets: &[] },
];
