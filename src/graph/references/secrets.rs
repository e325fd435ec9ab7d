//! What makes Secrets: cert-manager, External Secrets, Sealed Secrets, the operator of Vault.
//!
//! Must not know other projects.

use super::{
    super::reference::{Field, Key, Place, Table, To},
    CONFIG_MAP, SECRET, SERVICE_ACCOUNT,
};

const fn to(at: &'static str, to: To, name: &'static str) -> Field {
    Field::new(at, to, name)
}

const KEY: Key = Key::Field("key");
const ESO: &str = "external-secrets.io";
const CERT: &str = "cert-manager.io";
const STORE: To = To::Written(ESO, "SecretStore");
const GENERATOR: To = To::Written("generators.external-secrets.io", "");

/// A Secret of a store's or generator's own namespace, or of the one that a cluster-wide one must name.
const fn secret(at: &'static str) -> Field {
    to(at, SECRET, "name").namespace("namespace").key(KEY)
}

const fn account(at: &'static str) -> Field {
    to(at, SERVICE_ACCOUNT, "name").namespace("namespace")
}

pub(super) const CERTIFICATES: Table = Table {
    title: "Certificates",
    places: &[Place { group: CERT, kinds: &["Certificate", "CertificateRequest"], at: "spec" }],
    fields: &[
        to("issuerRef", To::Written(CERT, "Issuer"), "name"),
        to("keystores.jks.passwordSecretRef", SECRET, "name").key(KEY),
        to("keystores.pkcs12.passwordSecretRef", SECRET, "name").key(KEY),
    ],
};

/// The Secrets of a ClusterIssuer are in a namespace that cert-manager is told, so none is known.
pub(super) const ISSUERS: Table = Table {
    title: "Issuers",
    places: &[Place { group: CERT, kinds: &["Issuer", "ClusterIssuer"], at: "spec" }],
    fields: &[
        to("ca", SECRET, "secretName"),
        to("acme.externalAccountBinding.keySecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.cloudflare.apiTokenSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.cloudflare.apiKeySecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.digitalocean.tokenSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.route53.accessKeyIDSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.route53.secretAccessKeySecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.cloudDNS.serviceAccountSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.azureDNS.clientSecretSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.rfc2136.tsigSecretSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.acmeDNS.accountSecretRef", SECRET, "name").key(KEY),
        to("acme.solvers[].dns01.webhook.config.*", SECRET, "name").key(KEY),
        to("vault.auth.tokenSecretRef", SECRET, "name").key(KEY),
        to("vault.auth.appRole.secretRef", SECRET, "name").key(KEY),
        to("vault.auth.kubernetes.secretRef", SECRET, "name").key(KEY),
        to("vault.auth.kubernetes.serviceAccountRef", SERVICE_ACCOUNT, "name"),
        to("vault.caBundleSecretRef", SECRET, "name").key(KEY),
        to("venafi.cloud.apiTokenSecretRef", SECRET, "name").key(KEY),
        to("venafi.tpp.credentialsRef", SECRET, "name"),
    ],
};

pub(super) const EXTERNAL_SECRETS: Table = Table {
    title: "ExternalSecrets",
    places: &[
        Place { group: ESO, kinds: &["ExternalSecret"], at: "spec" },
        Place { group: ESO, kinds: &["ClusterExternalSecret"], at: "spec.externalSecretSpec" },
    ],
    fields: &[
        to("secretStoreRef", STORE, "name"),
        to("data[].sourceRef.storeRef", STORE, "name"),
        to("dataFrom[].sourceRef.storeRef", STORE, "name"),
        to("dataFrom[].sourceRef.generatorRef", GENERATOR, "name"),
        to("target.template.templateFrom[].configMap", CONFIG_MAP, "name"),
        to("target.template.templateFrom[].secret", SECRET, "name"),
    ],
};

pub(super) const PUSH_SECRETS: Table = Table {
    title: "PushSecrets",
    places: &[
        Place { group: ESO, kinds: &["PushSecret"], at: "spec" },
        Place { group: ESO, kinds: &["ClusterPushSecret"], at: "spec.pushSecretSpec" },
    ],
    fields: &[
        to("secretStoreRefs[]", STORE, "name"),
        to("selector.secret", SECRET, "name"),
        to("selector.generatorRef", GENERATOR, "name"),
        to("template.templateFrom[].configMap", CONFIG_MAP, "name"),
        to("template.templateFrom[].secret", SECRET, "name"),
    ],
};

pub(super) const STORES: Table = Table {
    title: "SecretStores and ClusterSecretStores",
    places: &[Place { group: ESO, kinds: &["SecretStore", "ClusterSecretStore"], at: "spec.provider" }],
    fields: &[
        secret("vault.auth.tokenSecretRef"),
        secret("vault.auth.appRole.secretRef"),
        secret("vault.auth.appRole.roleRef"),
        secret("vault.auth.kubernetes.secretRef"),
        account("vault.auth.kubernetes.serviceAccountRef"),
        secret("vault.auth.ldap.secretRef"),
        secret("vault.auth.userPass.secretRef"),
        secret("vault.auth.jwt.secretRef"),
        account("vault.auth.jwt.kubernetesServiceAccountToken.serviceAccountRef"),
        secret("vault.auth.cert.clientCert"),
        secret("vault.auth.cert.secretRef"),
        secret("vault.auth.iam.secretRef.accessKeyIDSecretRef"),
        secret("vault.auth.iam.secretRef.secretAccessKeySecretRef"),
        account("vault.auth.iam.jwt.serviceAccountRef"),
        to("vault.caProvider", To::Written("", ""), "name").namespace("namespace").key(KEY),
        secret("vault.tls.certSecretRef"),
        secret("vault.tls.keySecretRef"),
        secret("aws.auth.secretRef.accessKeyIDSecretRef"),
        secret("aws.auth.secretRef.secretAccessKeySecretRef"),
        secret("aws.auth.secretRef.sessionTokenSecretRef"),
        account("aws.auth.jwt.serviceAccountRef"),
        secret("gcpsm.auth.secretRef.secretAccessKeySecretRef"),
        account("gcpsm.auth.workloadIdentity.serviceAccountRef"),
        secret("azurekv.authSecretRef.clientId"),
        secret("azurekv.authSecretRef.clientSecret"),
        account("azurekv.serviceAccountRef"),
        secret("onepassword.auth.secretRef.connectTokenSecretRef"),
        secret("onepasswordSDK.auth.serviceAccountSecretRef"),
        secret("gitlab.auth.SecretRef.accessToken"),
        secret("doppler.auth.secretRef.dopplerToken"),
        secret("infisical.auth.universalAuthCredentials.clientId"),
        secret("infisical.auth.universalAuthCredentials.clientSecret"),
        secret("akeyless.authSecretRef.secretRef.accessID"),
        secret("akeyless.authSecretRef.secretRef.accessTypeParam"),
        secret("bitwardensecretsmanager.auth.secretRef.credentials"),
        secret("scaleway.accessKey.secretRef"),
        secret("scaleway.secretKey.secretRef"),
        secret("kubernetes.auth.token.bearerToken"),
        secret("kubernetes.auth.cert.clientCert"),
        secret("kubernetes.auth.cert.clientKey"),
        account("kubernetes.auth.serviceAccount"),
        to("kubernetes.server.caProvider", To::Written("", ""), "name").namespace("namespace").key(KEY),
        to("webhook.secrets[].secretRef", SECRET, "name").namespace("namespace"),
        secret("passbolt.auth.passwordSecretRef"),
        secret("passbolt.auth.privateKeySecretRef"),
        secret("delinea.clientId.secretRef"),
        secret("delinea.clientSecret.secretRef"),
    ],
};

pub(super) const GENERATORS: Table = Table {
    title: "Generators of External Secrets",
    places: &[Place { group: "generators.external-secrets.io", kinds: &[], at: "spec" }],
    fields: &[
        secret("auth.secretRef.accessKeyIDSecretRef"),
        secret("auth.secretRef.secretAccessKeySecretRef"),
        account("auth.jwt.serviceAccountRef"),
        secret("auth.privateKey.secretRef"),
        secret("auth.servicePrincipal.secretRef.clientId"),
        secret("auth.servicePrincipal.secretRef.clientSecret"),
        to("secrets[].secretRef", SECRET, "name"),
        secret("provider.auth.tokenSecretRef"),
        secret("provider.auth.appRole.secretRef"),
        account("provider.auth.kubernetes.serviceAccountRef"),
    ],
};

/// The controller finds its key by a label; a SealedSecret names nothing but the Secret that it makes.
pub(super) const SEALED_SECRETS: Table = Table {
    title: "SealedSecrets",
    places: &[Place { group: "bitnami.com", kinds: &["SealedSecret"], at: "spec" }],
    fields: &[],
};

pub(super) const VAULT_OPERATOR: Table = Table {
    title: "The Vault Secrets Operator",
    places: &[Place { group: "secrets.hashicorp.com", kinds: &[], at: "spec" }],
    fields: &[
        to("vaultConnectionRef", To::Kind("secrets.hashicorp.com", "VaultConnection"), ""),
        to("vaultAuthRef", To::Kind("secrets.hashicorp.com", "VaultAuth"), ""),
        to("kubernetes.serviceAccount", SERVICE_ACCOUNT, ""),
        to("appRole.secretRef", SECRET, ""),
        to("caCertSecretRef", SECRET, ""),
    ],
};
