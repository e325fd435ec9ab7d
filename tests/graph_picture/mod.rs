//! `treewright graph`: the picture and every form it is drawn in.

mod browser;
mod formats;
mod page;
mod picture;

use std::{fs, path::Path};

use super::environment::{Environment, files};

/// A repository with two Flux clusters, made by hand.
fn two_clusters() -> Environment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos/two-clusters");
    let environment = Environment::new();
    for (path, content) in files(&root) {
        environment.write(&path.to_string_lossy(), &String::from_utf8(content).expect("UTF-8"));
    }
    environment
}

/// An expected output.
fn expected(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graph_picture/expected").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const HUB: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: hub}
spec: {url: https://charts.example.org}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: hub, namespace: hub}
spec:
  chart: {spec: {chart: jupyterhub, version: 4.3.5, sourceRef: {kind: HelmRepository, name: charts}}}
  values:
    hub: {existingSecret: hub-secrets}
    proxy: {https: {secret: {name: hub-certificate}}}
    ingress:
      annotations: {cert-manager.io/cluster-issuer: letsencrypt}
      tls: [{secretName: hub-tls, hosts: [hub.example.org]}]
---
apiVersion: v1
kind: Secret
metadata: {name: hub-secrets, namespace: hub}
stringData: {values.yaml: '{}'}
";
const MONITORING: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: monitoring, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: monitoring}
  source:
    repoURL: https://charts.example.org
    chart: kube-prometheus-stack
    targetRevision: 70.0.0
    helm:
      valuesObject:
        grafana: {admin: {existingSecret: grafana-admin, passwordKey: pass}}
";

#[test]
fn values_of_charts_lead_to_the_secrets_that_they_name() {
    let environment = Environment::new();
    environment.write("apps/hub/hub.yaml", HUB);
    environment.write("apps/hub/kustomization.yaml", "resources: [hub.yaml]\n");
    environment.write("argocd/monitoring.yaml", MONITORING);
    environment.write("argocd/kustomization.yaml", "resources: [monitoring.yaml]\n");
    let run = environment.treewright(&["graph"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let hub = "\
│  ├─ HelmRelease hub/hub  apps/hub/hub.yaml:6
│  │  ├─ makes Secret hub-tls  tls.crt, tls.key
│  │  ├─ reads Secret hub-secrets
│  │  └─ reads Secret hub-certificate  tls.key, tls.crt
│  │       (not in this repository)
";
    let monitoring = "\
   └─ reads Secret monitoring/grafana-admin  admin-user, pass
        (not in this repository)
";
    for part in [hub, monitoring] {
        assert!(run.stdout.contains(part), "{part}{}", run.stdout);
    }
}
