//! Findings about documents of embedded kinds.

use serde_json::json;

use super::{findings, findings_under};

const GOOD: &str = include_str!("good.yaml");

#[test]
fn good_documents_have_no_findings() {
    assert_eq!(findings(GOOD), "");
}

#[test]
fn a_helm_release_with_faults() {
    let text = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: jupyterhub
  namespce: hub
spec:
  intervall: 5m
  chart:
    spec:
      chart: jupyterhub
      version: 4
      sourceRef:
        kind: HelmRepo
        name: jupyterhub
  install:
    crds: create
    remediation:
      retries: \"5\"
  timeout: 5
  maxHistory: 3.5
  values:
    anything: [goes, {here: null}]
  valuesFrom:
    - kind: Secrets
      name: hub
      optional: yes
    - name: hub
";
    // `yes` is a text in YAML 1.2, which is what kustomize reads.
    let expected = "\
5:3 [namespce] `namespce` is not a field of HelmRelease.metadata; did you mean `namespace`?
6:1 [spec] `spec.interval` of HelmRelease is missing
7:3 [intervall] `intervall` is not a field of HelmRelease.spec; did you mean `interval`?
11:16 [4] `spec.chart.spec.version` of HelmRelease must be a text, not the number 4; put it in quotes
13:15 [HelmRepo] `spec.chart.spec.sourceRef.kind` of HelmRelease must be `HelmRepository`, `GitRepository` or `Bucket`, not the text \"HelmRepo\"
16:11 [create] `spec.install.crds` of HelmRelease must be `Skip`, `Create` or `CreateReplace`, not the text \"create\"; did you mean `Create`?
18:16 [\"5\"] `spec.install.remediation.retries` of HelmRelease must be an integer, not the text \"5\"
19:12 [5] `spec.timeout` of HelmRelease must be a text, not the number 5; put it in quotes
20:15 [3.5] `spec.maxHistory` of HelmRelease must be an integer, not the number 3.5
24:13 [Secrets] `spec.valuesFrom[0].kind` of HelmRelease must be `Secret` or `ConfigMap`, not the text \"Secrets\"; did you mean `Secret`?
26:17 [yes] `spec.valuesFrom[0].optional` of HelmRelease must be `true` or `false`, not the text \"yes\"
27:7 [name] `spec.valuesFrom[1].kind` of HelmRelease is missing
";
    assert_eq!(findings(text), expected);
}

#[test]
fn flux_sources_and_kustomizations_with_faults() {
    let text = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  interval: 10
  path: ./apps
  sourceRef: {kind: GitRepository}
  retryInterval: 1d
  postBuild: {substituteFrom: [{kind: ConfigMap, name: \"\"}]}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: Jupyter_Hub}
spec: {url: hub.jupyter.org/helm-chart/, interval: 1h}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
spec:
  url: https://example.org/tree.git
  interval:
  ref: main
";
    let expected = "\
4:1 [spec] `spec.prune` of Kustomization is missing
5:13 [10] `spec.interval` of Kustomization must be a text, not the number 10; put it in quotes
7:3 [sourceRef] `spec.sourceRef.name` of Kustomization is missing
8:18 [1d] `spec.retryInterval` of Kustomization must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1d\"
9:56 [\"\"] `spec.postBuild.substituteFrom[0].name` of Kustomization must not be empty
13:18 [Jupyter_Hub] `metadata.name` of HelmRepository must be a DNS name: lower-case letters, digits, `-` and `.`, a letter or digit first and last in each part, not the text \"Jupyter_Hub\"
14:13 [hub.jupyter.org/helm-chart/] `spec.url` of HelmRepository must start with `http://`, `https://` or `oci://`, not the text \"hub.jupyter.org/helm-chart/\"
17:7 [GitRepository] `metadata` of GitRepository is missing
20:3 [interval] `spec.interval` of GitRepository has no value
21:8 [main] `spec.ref` of GitRepository must be a mapping, not the text \"main\"
";
    assert_eq!(findings(text), expected);
}

#[test]
fn external_secrets_with_faults() {
    let text = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: hub}
spec:
  refreshInterval: 1d
  secretStoreRef: {name: vault, kind: SecretStores}
  target: {name: hub, creationpolicy: Owner}
  data:
    - secretKey: token
      remoteRef: {property: token}
    - secretkey: id
      remoteRef: {key: app/hub}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault}
spec:
  provider:
    vault: {server: https://vault.example.org, version: v3, auth: {}}
    fake: {data: []}
";
    let expected = "\
5:20 [1d] `spec.refreshInterval` of ExternalSecret must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1d\"
6:39 [SecretStores] `spec.secretStoreRef.kind` of ExternalSecret must be `SecretStore` or `ClusterSecretStore`, not the text \"SecretStores\"; did you mean `SecretStore`?
7:23 [creationpolicy] `creationpolicy` is not a field of ExternalSecret.spec.target; did you mean `creationPolicy`?
10:7 [remoteRef] `spec.data[0].remoteRef.key` of ExternalSecret is missing
11:7 [secretkey] `spec.data[1].secretKey` of ExternalSecret is missing
11:7 [secretkey] `secretkey` is not a field of ExternalSecret.spec.data[1]; did you mean `secretKey`?
18:3 [provider] `spec.provider` of SecretStore must have at most 1 key
19:57 [v3] `spec.provider.vault.version` of SecretStore must be `v1` or `v2`, not the text \"v3\"
";
    assert_eq!(findings(text), expected);
}

#[test]
fn kubernetes_objects_with_faults() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub, labels: {app: -hub}}
spec:
  replicas: two
  template:
    spec:
      containers:
        - name: hub
          imagePullPolicy: always
          env: [{name: PORT, value: 8081}]
          ports: [{containerPort: 70000}]
          resources: {limits: {memory: 1 GB, cpu: 2}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cull}
spec:
  schedule: 0 3 * *
  jobTemplate: {spec: {template: {spec: {containers: []}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: not base64}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: hub}
data:
  port: 8081
  debug: true
---
apiVersion: v1
kind: Service
metadata: {name: hub.web}
spec: {type: nodePort, ports: [{name: web, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: hub}
spec: {rules: [{http: {paths: [{path: /, backend: {serviceName: hub}}]}}]}
";
    let expected = "\
3:37 [-hub] `metadata.labels.app` of Deployment must be a label value: at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last, not the text \"-hub\"
4:1 [spec] `spec.selector` of Deployment is missing
5:13 [two] `spec.replicas` of Deployment must be an integer, not the text \"two\"
10:28 [always] `spec.template.spec.containers[0].imagePullPolicy` of Deployment must be `Always`, `IfNotPresent` or `Never`, not the text \"always\"; did you mean `Always`?
11:37 [8081] `spec.template.spec.containers[0].env[0].value` of Deployment must be a text, not the number 8081; put it in quotes
12:35 [70000] `spec.template.spec.containers[0].ports[0].containerPort` of Deployment must be at most 65535, not 70000
13:40 [1 GB] `spec.template.spec.containers[0].resources.limits.memory` of Deployment must be a quantity such as `500m`, `2` or `1Gi`, not the text \"1 GB\"
19:13 [0 3 * *] `spec.schedule` of CronJob must be a cron schedule of five fields, such as `0 3 * * 1`, or `@daily` and the like, not the text \"0 3 * *\"
25:15 [not base64] `data.token` of Secret must be base64, not the text \"not base64\"
31:9 [8081] `data.port` of ConfigMap must be a text, not the number 8081; put it in quotes
32:10 [true] `data.debug` of ConfigMap must be a text, not the boolean true; put it in quotes
36:18 [hub.web] `metadata.name` of Service must be a DNS label: at most 63 lower-case letters, digits and `-`, a letter or digit first and last, not the text \"hub.web\"
37:14 [nodePort] `spec.type` of Service must be `ClusterIP`, `ExternalName`, `LoadBalancer` or `NodePort`, not the text \"nodePort\"; did you mean `NodePort`?
37:33 [name] `spec.ports[0].port` of Service is missing
42:33 [path] `spec.rules[0].http.paths[0].pathType` of Ingress is missing
42:52 [serviceName] `serviceName` is not a field of Ingress.spec.rules[0].http.paths[0].backend
";
    assert_eq!(findings(text), expected);
}

#[test]
fn kustomizations_with_faults() {
    let text = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
Resources: [a.yaml]
resource: [b.yaml]
images: [{name: hub, newTag: 1.10}]
patches:
  - path: a.yaml
    target: {kind: Deployment, labelselector: a=b, lables: c}
configMapGenerator:
  - name: values
    files: values.yaml
generatorOptions: {disableNameSuffixHash: 'true'}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
namespace:
---
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patchesJSON6902: []
replicas: [{name: hub, count: 2.5}]
namespace: on
nameSuffix: \"off\"
generatorOptions: {immutable: yes}
";
    // kustomize reads keys without regard to case, so `Resources` and `labelselector` are no faults; and here, `on` and `yes` are booleans.
    let expected = "\
4:1 [resource] `resource` is not a field of Kustomization; did you mean `resources`?
5:30 [1.10] `images[0].newTag` of Kustomization must be a text, not the number 1.1; put it in quotes
8:52 [lables] `lables` is not a field of Kustomization.patches[0].target
11:12 [values.yaml] `configMapGenerator[0].files` of Kustomization must be a list, not the text \"values.yaml\"
12:43 ['true'] `generatorOptions.disableNameSuffixHash` of Kustomization must be `true` or `false`, not the text \"true\"
22:31 [2.5] `replicas[0].count` of Component must be an integer, not the number 2.5
23:12 [on] `namespace` of Component must be a text, not the boolean true; put it in quotes
";
    assert_eq!(findings(text), expected);
}

#[test]
fn faults_behind_aliases_and_merge_keys_are_blamed_where_they_are_used() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  annotations: &notes {count: 3}
  labels:
    <<: *notes
    \"1\": ok
data: *notes
";
    let expected = "\
5:31 [3] `metadata.annotations.count` of ConfigMap must be a text, not the number 3; put it in quotes
7:9 [*notes] `metadata.labels.count` of ConfigMap must be a text, not the number 3; put it in quotes
9:7 [*notes] `data.count` of ConfigMap must be a text, not the number 3; put it in quotes
";
    assert_eq!(findings(text), expected);
}

#[test]
fn values_that_are_not_known_yet_pass() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: \"${NAME:=hub}\"}
spec:
  replicas: ${REPLICAS}
  selector: {}
  template: {spec: {containers: [{name: hub, imagePullPolicy: \"${POLICY}\"}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]'}
sops: {version: 3.9.0}
";
    assert_eq!(findings(text), "");
    // Only documents of a kind are substituted and encrypted: a parameter has its value now.
    let schema = json!({"properties": {"replicas": {"type": "integer"}}});
    let expected = "1:11 [${REPLICAS}] `replicas` must be an integer, not the text \"${REPLICAS}\"\n";
    assert_eq!(findings_under(&schema, "replicas: ${REPLICAS}\n"), expected);
}
