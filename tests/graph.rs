//! What refers to what, who makes which keys, and what a path in Vault means.

use std::{collections::BTreeSet, sync::Arc};

use treewright::{
    graph::{self, DataKind, Keys, Store, Wiring, produced, references, vault_needs},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

/// The objects of a stream.
fn objects(text: &str) -> Vec<RenderedObject> {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    let value = |value: Value| RenderedObject {
        id: ObjectId::of_value(&value).expect("an object"),
        value: Arc::new(value),
        path: RepoPath::new("objects.yaml").expect("a path"),
        name_before_hash: None,
    };
    stream.documents().map(|document| value(document.root().to_value(FileId(0)).expect("a value"))).collect()
}

fn one(text: &str) -> RenderedObject {
    objects(text).remove(0)
}

/// A reference as `field → Kind namespace/name#key`.
fn described(object: &RenderedObject) -> Vec<String> {
    let line = |reference: graph::Reference| {
        let to = reference.to;
        let group = if to.group.is_empty() { String::new() } else { format!(".{}", to.group) };
        let namespace = to.namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let key = reference.key.map(|key| format!("#{key}")).unwrap_or_default();
        let optional = if reference.optional { " optional" } else { "" };
        format!("{} → {}{group} {namespace}{}{key}{optional}", reference.field, to.kind, to.name)
    };
    references(&object.id, &object.value).into_iter().map(line).collect()
}

#[test]
fn a_pod_names_secrets_volumes_and_classes_wherever_it_stands() {
    let pod = "
      serviceAccountName: shop
      priorityClassName: high
      runtimeClassName: gvisor
      imagePullSecrets: [{name: registry}]
      initContainers:
        - envFrom: [{configMapRef: {name: defaults}}, {secretRef: {name: database, optional: true}}]
      containers:
        - env:
            - {name: PLAIN, value: text}
            - {name: A, valueFrom: {secretKeyRef: {name: database, key: password}}}
            - {name: B, valueFrom: {configMapKeyRef: {name: settings, key: colour, optional: true}}}
      volumes:
        - {name: a, secret: {secretName: tls}}
        - {name: b, persistentVolumeClaim: {claimName: data}}
        - name: c
          projected: {sources: [{secret: {name: one}}, {configMap: {name: two}}]}
";
    let expected = [
        "initContainers[0].envFrom[1].secretRef → Secret shop/database optional",
        "initContainers[0].envFrom[0].configMapRef → ConfigMap shop/defaults",
        "containers[0].env[1].valueFrom.secretKeyRef → Secret shop/database#password",
        "containers[0].env[2].valueFrom.configMapKeyRef → ConfigMap shop/settings#colour optional",
        "volumes[0].secret → Secret shop/tls",
        "volumes[2].projected.sources[0].secret → Secret shop/one",
        "volumes[2].projected.sources[1].configMap → ConfigMap shop/two",
        "volumes[1].persistentVolumeClaim → PersistentVolumeClaim shop/data",
        "imagePullSecrets[0] → Secret shop/registry",
        "serviceAccountName → ServiceAccount shop/shop",
        "priorityClassName → PriorityClass.scheduling.k8s.io high",
        "runtimeClassName → RuntimeClass.node.k8s.io gvisor",
    ];
    let places = [
        ("v1", "Pod", "spec"),
        ("apps/v1", "Deployment", "spec.template.spec"),
        ("apps/v1", "DaemonSet", "spec.template.spec"),
        ("batch/v1", "Job", "spec.template.spec"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ];
    for (version, kind, place) in places {
        let mut text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: shop, namespace: shop}}\n");
        let keys: Vec<&str> = place.split('.').collect();
        let (last, before) = keys.split_last().expect("a key");
        // Flow mappings around the block would not hold it, so each key has a line and one more blank before it.
        for (depth, key) in before.iter().enumerate() {
            text.push_str(&format!("{:depth$}{key}:\n", ""));
        }
        text.push_str(&format!("{:depth$}{last}:{pod}", "", depth = before.len()));
        let wanted: Vec<String> = expected.iter().map(|line| format!("{place}.{line}")).collect();
        assert_eq!(described(&one(&text)), wanted, "{kind}");
    }
}

#[test]
fn references_go_to_the_kind_the_group_and_the_namespace_that_are_written_or_meant() {
    let cases: &[(&str, &[&str])] = &[
        (
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a, namespace: shop}, \
             roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, \
             subjects: [{kind: ServiceAccount, name: a}, {kind: ServiceAccount, name: b, namespace: bank}, {kind: Group, name: all}]}",
            &[
                "roleRef → ClusterRole.rbac.authorization.k8s.io view",
                "subjects[0] → ServiceAccount shop/a",
                "subjects[1] → ServiceAccount bank/b",
            ],
        ),
        (
            "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a, namespace: shop}, \
             spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: a}}}",
            &["spec.scaleTargetRef → StatefulSet.apps shop/a"],
        ),
        (
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: shop, annotations: {cert-manager.io/cluster-issuer: acme}}, \
             spec: {ingressClassName: public, tls: [{secretName: tls}], rules: [{http: {paths: [{backend: {service: {name: web}}}]}}]}}",
            &[
                "spec.tls[0] → Secret shop/tls",
                "spec.ingressClassName → IngressClass.networking.k8s.io public",
                "spec.rules[0].http.paths[0].backend.service → Service shop/web",
                "metadata.annotations.cert-manager\\.io/cluster-issuer → ClusterIssuer.cert-manager.io acme",
            ],
        ),
        (
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a, namespace: shop}, \
             spec: {parentRefs: [{name: public, namespace: gateways}], rules: [{backendRefs: [{name: web}]}]}}",
            &[
                "spec.parentRefs[0] → Gateway.gateway.networking.k8s.io gateways/public",
                "spec.rules[0].backendRefs[0] → Service shop/web",
            ],
        ),
        (
            "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a, namespace: shop}, \
             spec: {secretName: tls, issuerRef: {name: own}, keystores: {jks: {passwordSecretRef: {name: jks, key: password}}}}}",
            &[
                "spec.issuerRef → Issuer.cert-manager.io shop/own",
                "spec.keystores.jks.passwordSecretRef → Secret shop/jks#password",
            ],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: shop}, spec: {secretStoreRef: {name: vault}, \
             dataFrom: [{sourceRef: {generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: Password, name: strong}}}], \
             target: {template: {templateFrom: [{configMap: {name: text, items: [{key: a}]}}]}}}}",
            &[
                "spec.secretStoreRef → SecretStore.external-secrets.io shop/vault",
                "spec.dataFrom[0].sourceRef.generatorRef → Password.generators.external-secrets.io shop/strong",
                "spec.target.template.templateFrom[0].configMap → ConfigMap shop/text",
            ],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ClusterSecretStore, metadata: {name: a}, spec: {provider: {vault: {auth: \
             {appRole: {secretRef: {name: role, key: secret-id, namespace: eso}}, kubernetes: {serviceAccountRef: {name: eso, namespace: eso}}}}}}}",
            &[
                "spec.provider.vault.auth.appRole.secretRef → Secret eso/role#secret-id",
                "spec.provider.vault.auth.kubernetes.serviceAccountRef → ServiceAccount eso/eso",
            ],
        ),
        (
            "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: apps, namespace: flux-system}, spec: \
             {sourceRef: {kind: OCIRepository, name: all, namespace: sources}, dependsOn: [{name: base}], decryption: {secretRef: {name: age}}, \
             postBuild: {substituteFrom: [{kind: ConfigMap, name: vars, optional: true}]}, kubeConfig: {secretRef: {name: remote}}}}",
            &[
                "spec.sourceRef → OCIRepository.source.toolkit.fluxcd.io sources/all",
                "spec.dependsOn[0] → Kustomization.kustomize.toolkit.fluxcd.io flux-system/base",
                "spec.postBuild.substituteFrom[0] → ConfigMap flux-system/vars optional",
                "spec.decryption.secretRef → Secret flux-system/age",
                "spec.kubeConfig.secretRef → Secret flux-system/remote",
            ],
        ),
        (
            "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: hub, namespace: shop}, spec: \
             {chart: {spec: {sourceRef: {kind: HelmRepository, name: hub, namespace: flux-system}}}, serviceAccountName: hub, \
             valuesFrom: [{kind: ConfigMap, name: values}, {kind: Secret, name: s, valuesKey: token, targetPath: a.b}]}}",
            &[
                "spec.chart.spec.sourceRef → HelmRepository.source.toolkit.fluxcd.io flux-system/hub",
                "spec.valuesFrom[0] → ConfigMap shop/values#values.yaml",
                "spec.valuesFrom[1] → Secret shop/s#token",
                "spec.serviceAccountName → ServiceAccount shop/hub",
            ],
        ),
        (
            "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}, parameters: \
             {csi.storage.k8s.io/provisioner-secret-name: ceph, csi.storage.k8s.io/provisioner-secret-namespace: storage}}",
            &["parameters → Secret storage/ceph"],
        ),
        (
            "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a, namespace: argocd}, spec: {project: hubs}}",
            &["spec.project → AppProject.argoproj.io argocd/hubs"],
        ),
        (
            "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: a, namespace: shop}, spec: {endpoints: \
             [{basicAuth: {username: {name: auth, key: user}, password: {name: auth, key: pass}}}]}}",
            &[
                "spec.endpoints[0].basicAuth.username → Secret shop/auth#user",
                "spec.endpoints[0].basicAuth.password → Secret shop/auth#pass",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(described(&one(text)), *expected, "{text}");
    }
}

#[test]
fn the_table_names_each_field_of_a_kind_once() {
    let mut seen = BTreeSet::new();
    for table in graph::reference_tables() {
        assert!(!table.title.is_empty() && !table.places.is_empty());
        for place in table.places {
            for kind in if place.kinds.is_empty() { &[""] } else { place.kinds } {
                for field in table.fields {
                    let way = format!("{}/{kind} {}.{} {}", place.group, place.at, field.at, field.name);
                    assert!(seen.insert(way.clone()), "{way} stands in the table twice");
                }
            }
        }
    }
}

#[test]
fn references_of_odd_content_are_none() {
    let odd = [
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: [1, 2]}",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {volumes: text, containers: [text, {env: {a: b}}], imagePullSecrets: [{name: }]}}",
        "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}, spec: {valuesFrom: [{name: without-kind}, 3]}}",
    ];
    for text in odd {
        assert_eq!(described(&one(text)), Vec::<String>::new(), "{text}");
    }
}

/// The keys that an object gives to the Secret of a name; `None` if nobody can tell them.
fn keys(text: &str) -> Vec<(String, Option<Vec<String>>)> {
    let object = one(text);
    let known = |keys: Keys| match keys {
        Keys::Open => None,
        Keys::Known(keys) => Some(keys.into_iter().map(|(key, _)| key.to_string()).collect()),
    };
    let all = produced(&object.id, &object.value);
    let name = |one: &graph::Produced| {
        format!("{}{}", one.namespace.as_deref().map(|one| format!("{one}/")).unwrap_or_default(), one.name)
    };
    assert!(all.iter().all(|one| one.kind == DataKind::Secret));
    all.into_iter().map(|one| (name(&one), known(one.keys))).collect()
}

/// A Secret that is made, and its keys where they are known.
type Made = (&'static str, Option<&'static [&'static str]>);

#[test]
fn makers_of_secrets_are_known_with_their_keys() {
    let cases: &[(&str, &[Made])] = &[
        (
            "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a, namespace: n}, spec: {secretName: tls, additionalOutputFormats: [{type: CombinedPEM}]}}",
            &[("n/tls", Some(&["tls.crt", "tls.key", "ca.crt", "tls-combined.pem"]))],
        ),
        (
            "{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: a, namespace: n}}",
            &[("n/a", Some(&["token", "ca.crt", "namespace"]))],
        ),
        (
            "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n, annotations: {reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: 'b, c'}}, data: {k: eA==}}",
            &[("n/a", Some(&["k"])), ("b/a", Some(&["k"])), ("c/a", Some(&["k"]))],
        ),
        (
            "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n, annotations: {replicator.v1.mittwald.de/replicate-from: m/a}}}",
            &[("n/a", None)],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]}}",
            &[("n/a", Some(&["password"]))],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {data: [{secretKey: k, remoteRef: {key: x}}], dataFrom: [{extract: {key: x}}]}}",
            &[("n/a", None)],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {data: [{secretKey: k, remoteRef: {key: x}}], target: {template: {data: {t: '{{ .k }}'}}}}}",
            &[("n/a", Some(&["t"]))],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {data: [{secretKey: k, remoteRef: {key: x}}], target: {template: {mergePolicy: Merge, data: {t: '{{ .k }}'}}}}}",
            &[("n/a", Some(&["t", "k"]))],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {data: [{secretKey: k, remoteRef: {key: x}}], target: {template: {templateFrom: [{configMap: {name: c, items: [{key: app.conf}]}}]}}}}",
            &[("n/a", Some(&["app.conf"]))],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {data: [{secretKey: k, remoteRef: {key: x}}], target: {template: {metadata: {labels: {a: b}}}}}}",
            &[("n/a", Some(&["k"]))],
        ),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {target: {creationPolicy: None}, data: [{secretKey: k, remoteRef: {key: x}}]}}",
            &[],
        ),
    ];
    for (text, expected) in cases {
        let expected: Vec<(String, Option<Vec<String>>)> = expected
            .iter()
            .map(|(name, keys)| ((*name).to_owned(), keys.map(|keys| keys.iter().map(ToString::to_string).collect())))
            .collect();
        assert_eq!(keys(text), expected, "{text}");
    }
}

fn vault(settings: &str) -> Store {
    let text = format!(
        "{{apiVersion: external-secrets.io/v1, kind: SecretStore, metadata: {{name: v, namespace: n}}, spec: {{provider: {{vault: {{server: https://vault.example.org, {settings}}}}}}}}}"
    );
    let object = one(&text);
    Store::of(&object.id, &object.value).expect("a store")
}

/// The spellings of one entry, as the operator reads them.
#[test]
fn a_key_of_vault_is_read_as_the_operator_reads_it() {
    let cases = [
        // With a mount in the store, all spellings but one lead to the same place.
        ("path: app, version: v2", "jupyter", "app/jupyter", "app/data/jupyter", false),
        ("path: app, version: v2", "app/jupyter", "app/jupyter", "app/data/jupyter", false),
        ("path: app, version: v2", "app/data/jupyter", "app/jupyter", "app/data/jupyter", false),
        ("path: app, version: v2", "data/jupyter", "app/data/jupyter", "app/data/data/jupyter", true),
        ("path: app", "jupyter", "app/jupyter", "app/data/jupyter", false),
        ("path: app, version: v1", "data/jupyter", "app/data/jupyter", "app/data/jupyter", false),
        // Without one, the first part is the mount.
        ("version: v2", "app/data/jupyter", "app/jupyter", "app/data/jupyter", false),
        ("version: v2", "app/jupyter", "app/jupyter", "app/data/jupyter", false),
        ("version: v1", "app/jupyter", "app/jupyter", "app/jupyter", false),
    ];
    for (settings, key, entry, data, data_twice) in cases {
        let store = vault(settings);
        let paths = store.vault.as_ref().expect("Vault").paths(key);
        assert_eq!((paths.entry.as_str(), paths.data.as_str()), (entry, data), "{settings}: {key}");
        assert_eq!(paths.data_twice, data_twice, "{settings}: {key}");
        assert_eq!(store.entry(key), entry);
    }
}

#[test]
fn stores_of_every_provider_have_a_name() {
    let cases = [
        ("aws: {service: SecretsManager, region: eu-west-1}", "AWS Secrets Manager eu-west-1"),
        ("aws: {service: ParameterStore, region: eu-west-1}", "AWS Parameter Store eu-west-1"),
        ("gcpsm: {projectID: hubs}", "Google Secret Manager hubs"),
        ("onepassword: {connectHost: 'https://op.example.org'}", "1Password https://op.example.org"),
        ("vault: {server: 'https://v', auth: {kubernetes: {role: hub}}}", "Vault, KV v2, role hub"),
        (
            "vault: {server: 'https://v', version: v1, auth: {appRole: {path: approle_k8s}}}",
            "Vault, KV v1, AppRole at approle_k8s",
        ),
        ("tomorrow: {}", "another provider"),
    ];
    for (provider, expected) in cases {
        let object = one(&format!(
            "{{apiVersion: external-secrets.io/v1, kind: ClusterSecretStore, metadata: {{name: s}}, spec: {{provider: {{{provider}}}}}}}"
        ));
        assert_eq!(Store::of(&object.id, &object.value).expect("a store").description(), expected);
    }
}

#[test]
fn charts_are_sorted_by_name() {
    let names: Vec<&str> = graph::charts().iter().map(|facts| facts.chart).collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// Whoever finds all entries below a path must list them, and read each.
#[test]
fn finding_entries_needs_lists_of_the_metadata() {
    let objects = objects(
        "{apiVersion: external-secrets.io/v1, kind: SecretStore, metadata: {name: v, namespace: n}, spec: {provider: {vault: {server: s, path: app, auth: {kubernetes: {role: r}}}}}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a, namespace: n}, spec: {secretStoreRef: {name: v}, dataFrom: [{find: {path: team, name: {regexp: '.*'}}}]}}
",
    );
    let policies = vault_needs(&objects, None).policies;
    let paths: Vec<(String, Vec<&str>)> = policies[0]
        .paths
        .iter()
        .map(|(path, capabilities)| (path.clone(), capabilities.iter().copied().collect()))
        .collect();
    assert_eq!(
        paths,
        [("app/data/team/*".to_owned(), vec!["read"]), ("app/metadata/team/*".to_owned(), vec!["list", "read"]),]
    );
}

/// An edge is known at both of its ends, and what is broken is what a trace says is broken.
#[test]
fn the_wiring_is_the_same_from_both_ends() {
    let text = include_str!("../fixtures/trace/push-and-pull/objects.yaml").to_owned()
        + "---\n"
        + include_str!("../fixtures/trace/broken/objects.yaml");
    let objects = objects(&text);
    let wiring = Wiring::of(&objects, &[], &|_| None, &[]);
    for (index, node) in wiring.nodes().iter().enumerate() {
        assert!(node.below.iter().all(|&below| wiring.nodes()[below].above.contains(&index)));
        assert!(node.above.iter().all(|&above| wiring.nodes()[above].below.contains(&index)));
    }
    let mut reversed = objects.clone();
    reversed.reverse();
    let again = Wiring::of(&reversed, &[], &|_| None, &[]);
    let hops = |wiring: &Wiring| wiring.nodes().iter().map(|node| node.hop.clone()).collect::<BTreeSet<_>>();
    assert_eq!(hops(&wiring), hops(&again), "the order of objects does not matter");
    let broken = |wiring: &Wiring| wiring.broken().map(|node| node.hop.clone()).collect::<BTreeSet<_>>();
    assert_eq!(broken(&wiring), broken(&again));
    assert_eq!(broken(&wiring).len(), 10);
}
